import { loadConfig } from '@tessera/platform-config';
import { silentLogger } from '@tessera/platform-logging';
import { KAFKA_VARIABLES, kafkaOptions } from './from-config';

const options = (env: Readonly<Record<string, string>>) =>
  kafkaOptions(loadConfig(KAFKA_VARIABLES, env), 'client', silentLogger);

describe('options of the log from the configuration', () => {
  it('are undefined if no brokers are set', () => {
    expect(options({})).toBeUndefined();
  });

  it('name brokers, encryption and credentials', () => {
    const env = {
      TESSERA_KAFKA_BROKERS: 'a:9092,b:9092',
      TESSERA_KAFKA_SSL: 'true',
      TESSERA_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      TESSERA_KAFKA_SASL_USERNAME: 'u',
      TESSERA_KAFKA_SASL_PASSWORD: 'p',
    };
    expect(options(env)).toMatchObject({
      brokers: ['a:9092', 'b:9092'],
      clientId: 'client',
      ssl: true,
      sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
    });
  });

  it('reject a mechanism without user and password, naming the settings', () => {
    const env = { TESSERA_KAFKA_BROKERS: 'a:9092', TESSERA_KAFKA_SASL_MECHANISM: 'plain' };
    expect(() => options(env)).toThrow(/TESSERA_KAFKA_SASL_USERNAME and TESSERA_KAFKA_SASL_PASSWORD/);
  });
});
