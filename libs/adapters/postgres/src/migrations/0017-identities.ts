import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Emails that differ only in case are one person, access rules name the issuer of whom they mean, tokens are bound to the
 * secret that they were issued for, and signing keys can be kept encrypted.
 */
export class Identities0017 implements MigrationInterface {
  readonly name = 'Identities1760000000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api.subjects add column secret_version integer not null default 1');
    // Of users with one email in several cases the oldest keeps it. The others stay, under a name that tells an
    // administrator what happened; whom to delete, and which rights to give, is not for a migration to decide.
    await runner.query(`
      update api.subjects s set name = s.name || ' duplicate ' || s.id, client_id = s.client_id || ' duplicate ' || s.id
      where s.kind = 'user' and exists (
        select 1 from api.subjects o where o.kind = 'user' and o.id <> s.id
          and ${folded('o.client_id')} = ${folded('s.client_id')} and (o.created_at, o.id) < (s.created_at, s.id))`);
    await runner.query(`
      update api.subjects s set client_id = ${folded('client_id')} where kind = 'user'
        and not exists (select 1 from api.subjects o where o.id <> s.id and o.client_id = ${folded('s.client_id')})`);
    await runner.query(
      `create unique index subjects_email on api.subjects (${folded('client_id')}) where kind = 'user'`,
    );

    await runner.query('alter table api.access_rules add column issuer text');
    await runner.query(
      'alter table api.access_rules drop constraint access_rules_subject_id_subject_type_role_id_scope_type_sco_key',
    );
    await runner.query(`
      delete from api.access_rules r using api.access_rules o
      where r.subject_type = 'user' and o.subject_type = 'user' and position('@' in r.subject_id) > 0
        and ${folded('o.subject_id')} = ${folded('r.subject_id')} and o.role_id = r.role_id
        and o.scope_type = r.scope_type and o.scope_id = r.scope_id and o.id < r.id`);
    await runner.query(`update api.access_rules set subject_id = ${folded('subject_id')}
      where subject_type = 'user' and position('@' in subject_id) > 0`);
    await runner.query(`create unique index access_rules_once on api.access_rules
      (subject_id, subject_type, role_id, scope_type, scope_id, coalesce(issuer, ''))`);

    await runner.query(`alter table api.signing_keys alter column private_jwk drop not null,
      add column sealed bytea, add column sealed_with text,
      add constraint signing_keys_plain_or_sealed
        check ((private_jwk is null) = (sealed is not null) and (sealed is null) = (sealed_with is null))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    // Without the column the sealed keys cannot be told apart; the next start makes a new one.
    await runner.query('delete from api.signing_keys where sealed is not null');
    await runner.query(`alter table api.signing_keys drop column sealed, drop column sealed_with`);
    await runner.query('alter table api.signing_keys alter column private_jwk set not null');
    await runner.query('drop index api.access_rules_once');
    await runner.query('delete from api.access_rules where issuer is not null');
    await runner.query('alter table api.access_rules drop column issuer');
    await runner.query(
      'alter table api.access_rules add unique (subject_id, subject_type, role_id, scope_type, scope_id)',
    );
    await runner.query('drop index api.subjects_email');
    await runner.query('alter table api.subjects drop column secret_version');
  }
}

/** ASCII letters alone: what else looks alike in lower case, such as the Kelvin sign, is another address. */
const folded = (column: string): string => `lower(${column} collate "C")`;
