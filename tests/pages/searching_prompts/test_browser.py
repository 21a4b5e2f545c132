"""What only a browser can show of the page on searching prompts: clicks on the map, and clicks that draw."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser_kit import Visit

Enter = Callable[..., Visit]

PLACE = """([name, first, row, column]) => {
    const plots = [...document.querySelectorAll('.js-plotly-plot')]
    const plot = plots.find(one => one._fullData.some(trace => trace.customdata?.some(row => row[0] === first)))
    const layout = plot._fullLayout, trace = plot._fullData.find(one => one.customdata?.some(row => row[0] === first))
    const here = one => one[0] === first && (name === "map" || (one[1] === row && one[2] === column))
    const at = trace.customdata.findIndex(here)
    const box = plot.getBoundingClientRect(), x = layout.xaxis, y = layout.yaxis
    return [box.left + x._offset + x.l2p(trace.x[at]), box.top + y._offset + y.l2p(trace.y[at])]
}"""


def test_clicks_on_the_map_and_on_a_picture(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/searching_prompts")
    place = visit.page.evaluate(PLACE, ["map", 3, 0, 0])
    visit.page.mouse.move(*place)
    visit.page.mouse.click(*place)
    visit.settle()
    assert "searching_prompts_step=3" in visit.page.url
    expect(visit.page.locator(".reading").first).to_contain_text("Evaluation 3:")

    visit.open(f"{server}/searching_prompts?searching_prompts_panel=Pictures")
    place = visit.page.evaluate(PLACE, ["picture", "drawn", 0, 0])
    visit.page.mouse.move(*place)
    visit.page.mouse.click(*place)
    visit.settle()
    assert "searching_prompts_drawn=" in visit.page.url
    visit.nothing_failed()
