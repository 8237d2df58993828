"""When the files of a new channel are there.

Who opens the Files tab by hand has them at once. An app that asks for the folder of a private or
shared channel starts the making of its site, and has to ask again; of a standard channel it is
told 404 until somebody opens the tab. Source: section 10 of the fact sheet.
"""

from datetime import timedelta

from turnbuckle.practice.microsoft.call import Call
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.teams import Channel


def ensure_files(call: Call, channel: Channel) -> None:
    """Give a channel its folder when it is time.

    Raises:
        Refusal: 404, it is not there yet.
    """
    if channel.folder:
        return
    tenant, switches = call.desk.tenant, call.desk.switches
    if call.principal.by_hand and call.principal.person is not None:
        tenant.open_files(channel, call.principal.person)
        return
    now = channel.drive.clock.now()
    if channel.ready is not None and channel.ready <= now:
        tenant.open_files(channel)
        return
    if channel.ready is None and (channel.has_own_site or switches.asking_opens_standard_channels):
        channel.ready = now + timedelta(seconds=switches.channel_site_seconds)
    raise Refusal(404, "NotFound", "Folder location for channel is not ready yet.")
