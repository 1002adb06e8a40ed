"""Calls models with the official client and with LangChain: <gateway> <serving key>. Prints what they got, as JSON."""

import json
import sys

import openai
from langchain_openai import ChatOpenAI
from openai import OpenAI

gateway, key = sys.argv[1:]
client = OpenAI(base_url=f"{gateway}/v1", api_key=key, max_retries=0)
messages = [{"role": "user", "content": "Tell me a story."}]
tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}


def error_of(model="chat", api_key=key, asked=messages):
    try:
        client.with_options(api_key=api_key).chat.completions.create(model=model, messages=asked)
    except openai.APIStatusError as error:
        return error


chat = client.chat.completions.create(model="chat", messages=messages, max_tokens=3)
stream = client.chat.completions.create(model="chat", messages=messages, max_tokens=3, stream=True)
text = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
pieces = []
for chunk in client.chat.completions.create(model="chat", messages=messages, tools=[tool], stream=True):
    for choice in chunk.choices:
        pieces += choice.delta.tool_calls or []
called = client.chat.completions.create(model="chat", messages=messages, tools=[tool])
# A client that leaves in the middle.
cut = client.chat.completions.create(model="slow", messages=messages, max_tokens=1000, stream=True)
seen = [chunk for chunk, _ in zip((one for one in cut if one.choices), range(3))]
cut.close()
embedded = client.embeddings.create(model="chat", input="a", dimensions=4)
response = client.responses.create(model="chat", input="x", max_output_tokens=2)
errors = [error_of(model="none"), error_of(api_key="tsk-wrong"), error_of(asked=[])]
langchain = ChatOpenAI(model="chat", base_url=f"{gateway}/v1", api_key=key, max_tokens=3, max_retries=0)

print(
    json.dumps(
        {
            "models": [model.id for model in client.models.list()],
            "chat": chat.choices[0].message.content,
            "stream": text,
            "streamedTool": "".join(piece.function.name or "" for piece in pieces if piece.function),
            "streamedArguments": "".join(piece.function.arguments or "" for piece in pieces if piece.function),
            "seenBeforeLeaving": len(seen),
            "tool": called.choices[0].message.tool_calls[0].function.name,
            "embedding": len(embedded.data[0].embedding),
            "response": response.output_text,
            "errors": [type(error).__name__ for error in errors],
            "code": errors[0].code,
            "langchain": langchain.invoke("Tell me a story.").content,
            "langchainStream": "".join(part.content for part in langchain.stream("Tell me a story.")),
        }
    )
)
