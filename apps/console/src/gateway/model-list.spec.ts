import { modelsIn } from './model-list';

it.each([
  ['{"object":"list","data":[{"id":"llama","object":"model"},{"id":"llama-lora"}]}', ['llama', 'llama-lora']],
  ['{"object":"list","data":[]}', []],
  ['{"object":"list","data":[null,{"id":1}]}', []],
  ['{"models":["llama"]}', undefined],
  ['{"object":"error","data":[]}', undefined],
  ['null', undefined],
  ['<html>', undefined],
])('of %s the models are %j', (text, models) => {
  expect(modelsIn(text)?.map(({ id }) => id)).toEqual(models);
});
