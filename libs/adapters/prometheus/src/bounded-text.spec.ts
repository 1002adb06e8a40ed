import { boundedText, TooLongError } from './bounded-text';

/** A response of unknown length that repeats a part, and how many parts were taken from it. */
function streamed(part: string, parts = Infinity) {
  const taken = { parts: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (taken.parts === parts) return controller.close();
      taken.parts += 1;
      controller.enqueue(new TextEncoder().encode(part));
    },
    cancel: () => void (taken.cancelled = true),
  });
  return { response: new Response(body), taken };
}

describe('the text of a response', () => {
  it('is whole up to the limit, letters across parts too', async () => {
    const bytes = new TextEncoder().encode('é');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await boundedText(new Response(body), 2)).toBe('é');
    expect(await boundedText(new Response(null), 2)).toBe('');
  });

  it('is refused one byte above it, and the rest is not read', async () => {
    expect(await boundedText(streamed('abcd', 3).response, 12)).toBe('abcdabcdabcd');
    const { response, taken } = streamed('abcd');
    await expect(boundedText(response, 11)).rejects.toThrow(TooLongError);
    expect(taken.cancelled).toBe(true);
    expect(taken.parts).toBeLessThan(6);
  });

  it('is refused unread where its announced length is above it', async () => {
    const { response, taken } = streamed('a');
    const announced = new Response(response.body, { headers: { 'content-length': '12' } });
    await expect(boundedText(announced, 11)).rejects.toThrow(TooLongError);
    expect(taken.cancelled).toBe(true);
  });
});
