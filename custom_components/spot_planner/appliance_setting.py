"""What can be changed of an appliance without its form."""

from homeassistant.core import callback

from .actions.errors import engine_refusals
from .appliance import ApplianceSettings
from .appliance_check import check_appliance
from .appliance_entity import ApplianceEntity
from .settings import Settings


class ApplianceSettingEntity(ApplianceEntity):
    """Change one field of the appliance's subentry; the key is the field's."""

    @callback
    def change(self, value: bool | float | str) -> None:
        """Write the field, from where the planner learns of it.

        Raises:
            ServiceValidationError: The form would refuse it.
        """
        subentry = self.entry.subentries[self.appliance]
        data = {**subentry.data, self.entity_description.key: value}
        with engine_refusals():
            settings = ApplianceSettings.from_data(self.appliance, subentry.title, data)
            self.check(settings)
        self.hass.config_entries.async_update_subentry(self.entry, subentry, data=data)

    def check(self, settings: ApplianceSettings) -> None:
        """Refuse what could never run.

        Raises:
            InputError: Naming the field.
        """
        home = Settings.from_options(self.entry.options).home
        check_appliance(settings.appliance, home)
