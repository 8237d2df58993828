"""What happens to webhooks on their way, on order: the next so many are lost, or come twice."""


class Mishaps:
    """Counts what is sent, and says of each how often it goes out."""

    def __init__(self) -> None:
        self.counted = 0  # all that was to be sent, lost or not
        self.losing = 0  # how many more are to be lost
        self.doubling = 0  # how many more are to come twice

    def lose_next(self, count: int = 1) -> None:
        """Send nothing of the next so many: they are lost for good."""
        self.losing = count

    def double_next(self, count: int = 1) -> None:
        """Send each of the next so many twice."""
        self.doubling = count

    def calm(self) -> None:
        """Lose and double nothing more that was ordered; switches stay as they are."""
        self.losing = self.doubling = 0

    def times(self, lost_every: int = 0) -> int:
        """How often the next one is sent: once, unless it is to be lost or doubled.

        Args:
            lost_every: every so many-th is lost besides; 0: none.
        """
        self.counted += 1
        if self.losing > 0:
            self.losing -= 1
            return 0
        if lost_every > 0 and self.counted % lost_every == 0:
            return 0
        if self.doubling > 0:
            self.doubling -= 1
            return 2
        return 1
