import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The stand-in for Kafka: topics, their partitions with the next offset, records, group offsets and members. */
export class EventLog0001 implements MigrationInterface {
  readonly name = 'EventLog1760000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create schema event_log');
    await runner.query(`
      create table event_log.topics (
        name text primary key,
        partitions integer not null check (partitions > 0),
        cleanup text not null check (cleanup in ('compact', 'delete')),
        retention_ms bigint not null
      )`);
    await runner.query(`
      create table event_log.partitions (
        topic text not null references event_log.topics on delete cascade,
        partition integer not null,
        next_offset bigint not null default 0,
        primary key (topic, partition)
      )`);
    await runner.query(`
      create table event_log.records (
        topic text not null,
        partition integer not null,
        "offset" bigint not null,
        key text not null,
        headers json not null,
        value text,
        at timestamptz not null default clock_timestamp(),
        primary key (topic, partition, "offset"),
        foreign key (topic, partition) references event_log.partitions on delete cascade
      )`);
    await runner.query('create index records_at on event_log.records (topic, at)');
    await runner.query(`
      create table event_log.group_offsets (
        group_id text not null,
        topic text not null,
        partition integer not null,
        next_offset bigint not null,
        primary key (group_id, topic, partition)
      )`);
    await runner.query(`
      create table event_log.members (
        group_id text not null,
        member_id uuid not null,
        seen_at timestamptz not null,
        primary key (group_id, member_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema event_log cascade');
  }
}
