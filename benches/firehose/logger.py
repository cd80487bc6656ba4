"""A further rival by hand: discord.py, and rows in batches. It stores what is said and does nothing else."""

import asyncio
import json
import os
import sqlite3
import urllib.request

import discord
import yarl

# As long as a transaction gathers rows, and how many it has at most.
LINGER_SECONDS = 0.015
BATCH = 1_000

TABLE = """
    CREATE TABLE IF NOT EXISTS messages (
        channel_id INTEGER NOT NULL,
        message_id INTEGER NOT NULL,
        guild_id INTEGER NOT NULL,
        author_id INTEGER NOT NULL,
        author_name TEXT NOT NULL,
        written_at TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (channel_id, message_id)
    )"""


class Logger(discord.Client):
    def __init__(self, path):
        intents = discord.Intents.none()
        intents.guilds = True
        intents.guild_messages = True
        intents.message_content = True
        super().__init__(
            intents=intents,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute(TABLE)
        self.rows = []
        self.gathers = False

    async def on_message(self, message):
        self.rows.append(
            (
                message.channel.id,
                message.id,
                message.guild.id,
                message.author.id,
                message.author.name,
                message.created_at.isoformat(),
                message.content,
            )
        )
        if len(self.rows) >= BATCH:
            self.store()
        elif not self.gathers:
            self.gathers = True
            asyncio.get_running_loop().call_later(LINGER_SECONDS, self.store)

    def store(self):
        self.gathers = False
        rows, self.rows = self.rows, []
        if rows:
            self.connection.execute("BEGIN")
            self.connection.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self.connection.execute("COMMIT")


def gateway(base, token):
    headers = {"Authorization": f"Bot {token}"}
    with urllib.request.urlopen(urllib.request.Request(base + "/gateway/bot", headers=headers)) as answer:
        return json.load(answer)["url"]


if __name__ == "__main__":
    base, token = os.environ["CONVENER_DISCORD__API_BASE"] + "/api/v10", os.environ["DISCORD_TOKEN"]
    discord.http.Route.BASE = base
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway(base, token))
    Logger(os.environ["CONVENER_DATABASE__URL"]).run(token, log_handler=None)
