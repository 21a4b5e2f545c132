"""What a conversation of a client and a server holds."""

from core.tools import Exchange, named


def protocol_title(exchange: Exchange) -> str:
    """How many messages it took before the first call, and how many there are."""
    words = named(exchange.messages)
    before = words.index("tools/call") if "tools/call" in words else len(words)
    if before == len(words):
        return f"{_messages(len(words))}, and no call yet"
    if not {"initialize", "server/discover"} & {*words[:before]}:
        return f"The latest {_messages(len(words))}; what came before is no longer kept"
    opened = "a handshake" if "initialize" in words else "a look at what the server is"
    return f"{opened[:1].upper()}{opened[1:]} and the list of tools: {before} messages before the first call"


def _messages(count: int) -> str:
    return f"{count} message{'' if count == 1 else 's'}"


def protocol_reading(exchange: Exchange) -> str:
    """What has been called, how the calls ended, and where the version stands."""
    words = named(exchange.messages)
    versions = sum(exchange.version in message.text for message in exchange.messages if message.sender == "client")
    sent = sum(message.sender == "client" for message in exchange.messages)
    calls = words.count("tools/call")
    errors = sum('isError":true' in message.text for message in exchange.messages)
    return (
        f"<b>{calls}</b> call{'' if calls == 1 else 's'}: {errors} came back with an error inside the answer, "
        f"{words.count('notifications/progress')} reports of progress, "
        f"{words.count('notifications/cancelled')} taken back. The version {exchange.version} stands in "
        f"<b>{versions} of {sent}</b> lines of the client."
    )
