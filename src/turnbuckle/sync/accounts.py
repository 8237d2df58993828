"""Make sure that a link is read by the account that it was read by before."""

from turnbuckle.model.plans import Reason
from turnbuckle.ports.errors import WrongTenant
from turnbuckle.store import cautions
from turnbuckle.store.records import Feed
from turnbuckle.store.units import together
from turnbuckle.sync.ends import Ends, SeenAs


@together
def check_accounts(ends: Ends) -> None:
    """Compare the accounts of both sides with those that read the feeds last, and note them.

    Another user may see other things, so everything is looked at as a whole and nothing is
    deleted for it. What is not known is not compared.

    Raises:
        WrongTenant: an account belongs to another company or tenant; nothing was asked of it.
    """
    feeds = {side: ends.feed(side) for side in ends.accounts}
    for side, account in ends.accounts.items():
        feed = feeds[side]
        if account.tenant and feed.tenant and account.tenant != feed.tenant:
            raise WrongTenant(
                f"the account of the {side} side belongs to another company or tenant than the one"
                f" the link {ends.link.name!r} was made with; nothing was read or written. Sign in"
                " to the former one again, or remove the link and add it anew"
            )
    for side, account in ends.accounts.items():
        _note(ends, feeds[side], account)


def _note(ends: Ends, feed: Feed, account: SeenAs) -> None:
    if account.user and feed.account and account.user != feed.account:
        cautions.begin_all(Reason.ACCOUNT_CHANGED, feed)
    user, tenant = account.user or feed.account, account.tenant or feed.tenant
    if (user, tenant) != (feed.account, feed.tenant):
        ends.scope.feeds.read_by(feed, user, tenant)
