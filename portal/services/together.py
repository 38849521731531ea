"""Servers that several processes use: the first of them starts the servers, the last one stops them."""

import os

from portal import locks
from portal.places import var


class Together:
    """
    >>> together = Together("servers", [postgres.server(), valkey.server()])
    >>> together.enter()
    >>> together.leave()
    """

    def __init__(self, name: str, servers: list):
        self.servers = servers
        self.starting = var("run", f"{name}.starting")
        self.using = var("run", f"{name}.using")
        self.held = None
        self.entered_by = None

    def enter(self, say=lambda sentence: None) -> None:
        """Have the servers answer, and keep them up for as long as this process lives; safe to repeat."""
        with locks.alone(self.starting):
            self.held = self.held or locks.share(self.using)
            self.entered_by = os.getpid()
            for server in self.servers:
                server.start(say)

    def are_up(self) -> bool:
        return all(server.is_up() for server in self.servers)

    def leave(self) -> None:
        """Stop the servers, unless another process uses them; a forked child leaves nothing."""
        if self.entered_by != os.getpid():
            return
        with locks.alone(self.starting):
            if self.held:
                self.held.close()
                self.held = None
            if last := locks.claim(self.using):
                with last:
                    for server in reversed(self.servers):
                        server.stop()
