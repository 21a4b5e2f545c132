"""What only a browser can show of the fine-tuning page: a click on a method opens its run."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser_kit import Visit


def test_a_click_on_a_method_opens_its_losses(server: str, visitor: Callable[..., Visit]) -> None:
    visit = visitor().open(f"{server}/fine_tuning")
    place = visit.page.evaluate(
        """() => {
            const plot = document.querySelector('.js-plotly-plot'), layout = plot._fullLayout
            const trace = plot._fullData.find(one => one.customdata?.[0]?.[0] === 'lora')
            const box = plot.getBoundingClientRect(), x = layout.xaxis, y = layout.yaxis
            return [box.left + x._offset + x.d2p(trace.x[0]), box.top + y._offset + y.d2p(trace.y[0])]
        }"""
    )
    visit.page.mouse.move(*place)
    visit.page.mouse.click(*place)
    visit.settle()
    assert "fine_tuning_method=LoRA" in visit.page.url
    expect(visit.page.locator(".reading").first).to_contain_text("LoRA trains 231,554 numbers")
