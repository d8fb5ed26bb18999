"""Test what a French contract may say."""

from typing import Any

import pytest

from custom_components.spot_planner.engine.daily_hours import DailyHours
from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.tariffs.model import (
    ConnectionSegment,
    CustomerProfile,
    FrenchContract,
    TaxDisplay,
    TurpeOption,
)
from custom_components.spot_planner.engine.tariffs.own_rates import OwnRates

NIGHT = DailyHours.parse("22:00-06:00", "off_peak_hours")
AFTERNOON = DailyHours.parse("11:00-17:00", "off_peak_hours_summer")


def test_contract_without_words_is_a_household_with_vat() -> None:
    """The vendor's defaults: C5, particulier, TTC; nothing is added."""
    contract = FrenchContract()
    assert contract.segment is ConnectionSegment.C5
    assert contract.profile is CustomerProfile.PARTICULIER
    assert contract.display is TaxDisplay.TTC
    assert contract.supplier_markup == 0


@pytest.mark.parametrize("option", [TurpeOption.CU, TurpeOption.LU])
def test_c4_forces_business_and_no_vat(option: TurpeOption) -> None:
    """Above 36 kVA the vendor forces both, whatever is asked for."""
    contract = FrenchContract(
        segment=ConnectionSegment.C4,
        turpe_option=option,
        profile=CustomerProfile.PARTICULIER,
        display=TaxDisplay.TTC,
    )
    assert contract.profile is CustomerProfile.PRO
    assert contract.display is TaxDisplay.HT
    assert contract.codes == ("C4", option.value, "pro", "HT")


@pytest.mark.parametrize("option", [TurpeOption.CU4, TurpeOption.MU4, TurpeOption.MUDT])
def test_c4_has_no_such_option(option: TurpeOption) -> None:
    """The options CU4, MU4 and MUDT exist up to 36 kVA only."""
    with pytest.raises(InputError) as refused:
        FrenchContract(segment=ConnectionSegment.C4, turpe_option=option)
    assert refused.value.field == "turpe_option"
    assert refused.value.value == option.value


@pytest.mark.parametrize("option", list(TurpeOption))
@pytest.mark.parametrize("profile", list(CustomerProfile))
@pytest.mark.parametrize("display", list(TaxDisplay))
def test_c5_leaves_everything_as_chosen(
    option: TurpeOption, profile: CustomerProfile, display: TaxDisplay
) -> None:
    """Up to 36 kVA every combination exists."""
    contract = FrenchContract(turpe_option=option, profile=profile, display=display)
    assert contract.codes == ("C5", option.value, profile.value, display.value)


def test_summer_hours_alone_are_refused() -> None:
    """Somebody who knows the summer hours has winter hours as well."""
    with pytest.raises(InputError) as refused:
        FrenchContract(off_peak_summer=AFTERNOON)
    assert refused.value.field == "off_peak_hours"


def test_summer_hours_hold_in_the_low_season() -> None:
    """The other hours hold for the rest of the year."""
    contract = FrenchContract(off_peak=NIGHT, off_peak_summer=AFTERNOON)
    assert contract.off_peak_in("H") == NIGHT
    assert contract.off_peak_in("B") == AFTERNOON


def test_one_set_of_hours_holds_all_year() -> None:
    """Without summer hours, there is no difference."""
    contract = FrenchContract(off_peak=AFTERNOON)
    assert contract.off_peak_in("H") == contract.off_peak_in("B") == AFTERNOON


def test_without_hours_those_of_the_vendor_hold() -> None:
    """Off-peak is from 22 to 6 o'clock on the vendor's page."""
    assert FrenchContract().off_peak_in("H") == NIGHT
    assert FrenchContract().off_peak_in("B") == NIGHT


def test_periods_within_a_year() -> None:
    """There are four, unless hours leave a season without peak."""
    every = ("HPH", "HCH", "HPB", "HCB")
    always = DailyHours.parse("00:00-24:00", "off_peak_hours")
    assert FrenchContract().periods == every
    assert FrenchContract(off_peak=NIGHT, off_peak_summer=AFTERNOON).periods == every
    assert FrenchContract(off_peak=always).periods == ("HCH", "HCB")
    summer = FrenchContract(off_peak=NIGHT, off_peak_summer=always)
    assert summer.periods == ("HPH", "HCH", "HCB")
    winter = FrenchContract(off_peak=always, off_peak_summer=NIGHT)
    assert winter.periods == ("HCH", "HPB", "HCB")


def test_contract_without_words_has_no_rates_of_its_own() -> None:
    """All numbers are those of the tables."""
    assert FrenchContract().own_rates == OwnRates()


@pytest.mark.parametrize(
    ("choices", "parts"),
    [
        ({}, set()),
        ({"off_peak": NIGHT}, {"grid"}),
        ({"own_rates": OwnRates(hcb=0.0)}, {"grid"}),
        ({"own_rates": OwnRates(excise=0.0)}, {"excise"}),
        ({"own_rates": OwnRates(vat=0.0)}, {"vat"}),
        ({"own_rates": OwnRates(vat=0.1), "display": TaxDisplay.HT}, set()),
        (
            {"off_peak": NIGHT, "own_rates": OwnRates(excise=0.03, vat=0.1)},
            {"grid", "excise", "vat"},
        ),
    ],
)
def test_parts_that_are_not_the_providers(
    choices: dict[str, Any], parts: set[str]
) -> None:
    """A contract is the customer's own when there is any of them, or a markup."""
    contract = FrenchContract(**choices)
    assert contract.own_parts == parts
    assert contract.is_own is bool(parts)
    assert FrenchContract(**choices, supplier_markup=-0.01).is_own
