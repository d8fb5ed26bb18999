from tests.test_blueprints import *
from homeassistant.util.async_ import get_scheduled_timer_handles
class TestDbg(TestNegative):
    async def test_dbg(self, hass, negative, automate, advance):
        heard = async_capture_events(hass, "said")
        await self.make(hass, automate)
        await advance(negative[0])
        await hass.config_entries.async_unload(ENTRY_ID)
        def show(w):
            import time
            for t in get_scheduled_timer_handles(hass.loop):
                print(w, t.when(), hass.loop.time(), t.when()-hass.loop.time(), t.cancelled(), time.time())
        show("a")
        await advance(negative[0]+11*MINUTE)
        show("b")
        print(words(heard))
        assert 0
