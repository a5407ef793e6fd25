#!/usr/bin/python3
"""The page of `precipice report`, in a real browser: it loads nothing, and pointer, keys, links, phone and paper work.

usage: report_test.py --program build/release/precipice --scratch FOLDER

Sweeps a small grid, writes its page and opens it in headless Chromium. Without Chromium and its driver the exit code
is 77, which ctest counts as skipped.
"""

import argparse
import base64
import contextlib
import csv
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

SKIPPED = 77

NETWORK = """
[task]
name = "random-labels"
samples = 20
[model]
hidden = [16, 16]
[optimizer]
learning_rate = 5e-3
"""
GRID = NETWORK + """[run]
steps = 4000
[sweep]
"precision.p" = { from = 4, to = 24, step = 4 }
"precision.exponent_bits" = [4, 5, 8]
"run.seed" = [0, 1]
[[sweep.also]]
"precision.format" = "binary64"
"run.seed" = [0, 1]
"""
CELLS = 6 * 3 * 2 + 2
REFINED = NETWORK + """[run]
steps = 2000
[sweep]
"precision.p" = [4, 24]
"precision.exponent_bits" = [5, 8]
"run.seed" = [0, 1]
[sweep.refine]
axis = "precision.p"
boundaries = ["nfi"]
"""
MOST_BYTES = 2_000_000 + 4_000 * CELLS


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def browser(folder, width, height):
    """Headless Chromium with a profile of its own, which logs what it would load."""
    from selenium import webdriver  # pylint: disable=import-outside-toplevel

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                 f"--user-data-dir={folder}", f"--window-size={width},{height}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService if hasattr(webdriver, "ChromeService") else None
    if service is None:
        from selenium.webdriver.chrome.service import Service as service  # pylint: disable=import-outside-toplevel
    return webdriver.Chrome(options=options, service=service(shutil.which("chromedriver")))


class Page:
    """The page as a reader has it."""

    def __init__(self, driver, file):
        self.driver, self.file = driver, file

    def open(self, address=""):
        self.driver.get("about:blank")
        self.driver.get(self.file.as_uri() + address)

    def all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def one(self, selector):
        found = self.all(selector)
        check(found, f"nothing is {selector}")
        return found[0]

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def press(self, *keys):
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def spot(self, x, y):
        return self.one(f'#grid [data-x="{x}"][data-y="{y}"]')

    def click(self, node):
        from selenium.webdriver.common.action_chains import ActionChains  # pylint: disable=import-outside-toplevel
        ActionChains(self.driver).move_to_element(node).perform()  # scrolls; two frames later the page has been told
        self.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        ActionChains(self.driver).move_by_offset(1, 1).click().perform()

    def title(self):
        return self.one("#selected").text

    def rows(self):
        return self.all("#table tbody tr")


def complaints(driver):
    return [entry for entry in driver.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]


def requests(driver):
    """Addresses that were asked for since the last call, but for those of the page itself and of the browser's first one."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    return {url for url in asked if not url.startswith(("data:", "about:", "chrome:"))}


def page_loads_nothing(page):
    page.open()
    check(page.one("#name").text == "grid", page.one("#name").text)
    check(len(page.all("#grid [role=gridcell]")) == 18, "places of the diagram")
    check(len(page.all("#panels .uplot canvas")) == 6, "the anatomy of the run that is selected first")
    asked = requests(page.driver)
    check(asked == {page.file.as_uri()}, asked)


def diagram_is_that_of_phase(page, folder):
    """Majority and agreement, as the program computes them."""
    axes = {"x": ["4", "5", "8"], "y": [str(p) for p in range(4, 25, 4)]}
    with (folder / "phase.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[0] == "cell"]
    check(len(rows) == 18, rows)
    for _, e, p, outcome, runs, agreeing, *_ in rows:
        label = page.spot(axes["x"].index(e), axes["y"].index(p)).get_attribute("aria-label")
        share = f"{runs} runs" if runs == agreeing else f"{agreeing} of {runs} runs"
        check(label.startswith(f"E = {e}, p = {p}: {outcome} ({share})"), label)


def pointer_selects(page):
    page.click(page.spot(2, 1))
    check(page.title().startswith("p = 8, E = 8, seed = "), page.title())
    check(page.one("#tooltip").is_displayed() and "E = 8, p = 8" in page.one("#tooltip").text, "the tooltip")
    check(page.spot(2, 1).get_attribute("aria-selected") == "true", "the mark of the selection")
    check("binary64 control" in page.one("#panels .u-legend").text, "the control behind the run")
    drawn = page.run("""return [...document.querySelectorAll('#panels canvas')].map((c) =>
        c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v > 0))""")
    check(drawn == [True] * 6, drawn)
    tabs = page.all("#anatomy [role=tab]")
    check(len(tabs) == 2, "a tab for each seed")
    page.click(tabs[1])
    check(page.title().startswith("p = 8, E = 8, seed = 1"), page.title())


def cursor_reads_values(page, folder):
    """At the right end of a panel all panels say what the table has of the end of the run."""
    from selenium.webdriver.common.action_chains import ActionChains  # pylint: disable=import-outside-toplevel

    area = page.one("#panels .u-over")
    ActionChains(page.driver).move_to_element_with_offset(area, area.size["width"] // 2 - 2, 0).perform()
    said = page.run("""return [...document.querySelectorAll('#panels .u-series')].map((row) =>
        [row.querySelector('.u-label').textContent, row.querySelector('.u-value').textContent])""")
    key = page.one("#table tr[aria-current] button").get_attribute("title")
    with (folder / "cells.csv").open(encoding="utf-8", newline="") as file:
        cell = next(row for row in csv.DictReader(file) if row["key"] == key)
    for label, column in (("step", "steps"), ("exact loss", "final_loss"), ("|μ_G|, features", "final_mu_norm"),
                          ("median", "final_median_margin"), ("cos(W_G, μ_G)", "final_cosine")):
        value = float(next(text for name, text in said if name == label))
        check(abs(value - float(cell[column])) <= 6e-3 * abs(value), (label, value, cell[column]))


def keys_select(page):
    from selenium.webdriver.common.keys import Keys  # pylint: disable=import-outside-toplevel

    page.run("document.querySelector('#grid [tabindex=\"0\"]').focus()")
    check(len(page.all('#grid [tabindex="0"]')) == 1, "one place is reached by Tab")
    page.press(Keys.ARROW_LEFT, Keys.ARROW_UP)
    focused = page.driver.switch_to.active_element
    check((focused.get_attribute("data-x"), focused.get_attribute("data-y")) == ("1", "2"), "arrow keys")
    page.press(Keys.ENTER)
    check(page.title().startswith("p = 12, E = 5, seed = 1"), page.title())
    check(page.driver.switch_to.active_element.get_attribute("data-x") == "1", "the focus stays")


def link_opens_the_same(page):
    title, address = page.title(), page.run("return location.hash")
    check(address.startswith("#run="), address)
    page.open(address)
    check(page.title() == title, page.title())


def table_sorts_and_searches(page, folder):
    with (folder / "cells.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    check(len(page.rows()) == CELLS, len(page.rows()))
    head = page.one("#table thead th:nth-child(5) button")
    check(head.text.startswith("outcome"), head.text)
    names = [th.text for th in page.all("#table thead th")]
    column = names.index("final_loss") + 1
    for order, is_falling in (("ascending", False), ("descending", True)):
        page.click(page.one(f"#table thead th:nth-child({column}) button"))
        head = page.one(f"#table thead th:nth-child({column})")
        check(head.get_attribute("aria-sort") == order, head.get_attribute("aria-sort"))
        keys = [row.find_element("css selector", "button").get_attribute("title") for row in page.rows()]
        expected = sorted(cells, key=lambda cell: float(cell["final_loss"]), reverse=is_falling)
        check(keys == [cell["key"] for cell in expected], keys)
    page.one("#search").send_keys("slingshots")
    wanted = sum(cell["outcome"] == "slingshots" for cell in cells)
    check(len(page.rows()) == wanted > 0, (len(page.rows()), wanted))
    page.click(page.rows()[0].find_element("css selector", "td"))
    check(page.title().endswith("(slingshots)"), page.title())
    page.run("const s = document.querySelector('#search'); s.value = ''; s.dispatchEvent(new Event('input'))")


def seeds_filter(page):
    check("(2 runs)" in page.spot(2, 1).get_attribute("aria-label") or
          "of 2 runs" in page.spot(2, 1).get_attribute("aria-label"), "two seeds")
    page.click(page.one("#seeds input"))
    label = page.spot(2, 1).get_attribute("aria-label")
    check("(1 run)" in label, label)
    check(len(page.rows()) == CELLS // 2, len(page.rows()))
    check("seeds=1" in page.run("return location.hash"), "the filter stands in the address")
    page.click(page.one("#seeds input"))


def numbers_are_coloured(page, folder):
    page.run("const s = document.querySelector('#filters select'); s.value = 'sc50'; s.dispatchEvent(new Event('change'))")
    label = page.spot(2, 0).get_attribute("aria-label")
    with (folder / "cells.csv").open(encoding="utf-8", newline="") as file:
        steps = sorted(int(cell["sc50"]) for cell in csv.DictReader(file)
                       if (cell["precision.p"], cell["precision.exponent_bits"]) == ("4", "8"))
    check(f"sc50: {steps[0]}" in label, (label, steps))
    page.run("const s = document.querySelector('#filters select'); s.value = 'outcome'; s.dispatchEvent(new Event('change'))")


def command_reproduces(page, program):
    """The command that the page names for the selected run ends in the state that it names."""
    command = next(pre.text for pre in page.all("#reproduce pre") if pre.text.startswith("precipice train"))
    done = subprocess.run(["bash", "-c", command.replace("precipice", str(program), 1)], capture_output=True, text=True,
                          check=True)
    check(page.one("#reproduce .digest").text in done.stdout, done.stdout)


def phone_is_wide_enough(page):
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True})
    page.open()
    check(page.run("return innerWidth") == 360, page.run("return innerWidth"))
    check(page.run("return document.documentElement.scrollWidth") <= 360,
          page.run("""return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > 360)
              .map((e) => `${e.tagName} ${e.id} ${e.className}`).slice(0, 20)"""))
    page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def printed(page):
    return base64.b64decode(page.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])


def paper_has_the_charts(page, folder):
    """What is laid out when printing begins, and that the charts are in the file: it is smaller without them."""
    page.open()
    page.run("""addEventListener('beforeprint', () => { window.seen = {
        widths: [...document.querySelectorAll('#panels .u-wrap')].map((chart) => chart.getBoundingClientRect().width),
        rows: document.querySelectorAll('#table tbody tr').length, configuration: document.querySelector('#configuration').open,
    }})""")
    pdf = printed(page)
    (folder / "report.pdf").write_bytes(pdf)
    seen = page.run("return window.seen")
    check(len(seen["widths"]) == 6 and all(300 < width <= 680 for width in seen["widths"]), seen)
    check(seen["rows"] == CELLS and seen["configuration"], seen)
    check(not page.one("#configuration").get_attribute("open"), "the screen is as it was")
    check(len(page.all("#panels canvas")) == 6, "with its charts")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    check(not page.one("#filters").is_displayed() and page.one("#panels canvas").is_displayed(), "controls and charts")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    page.run("document.querySelector('#anatomy').hidden = true")
    without = printed(page)
    check(len(pdf) > len(without) + 8000, (len(pdf), len(without)))


def boundaries_are_marked(page):
    """Of a sweep that was refined: a mark for each row of the numbers of the figure."""
    with (page.file.parent / "phase.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[0] == "measured-nfi"]
    check(len(rows) == 2, rows)
    check(len(page.all("#diagram .measured")) == 2, "marks on the diagram")
    check("measured: NFI begins" in page.one("#legend").text, page.one("#legend").text)
    check("by runs between those of the grid" in page.one("#diagram-caption").text, "the caption")
    check(len(page.all("#grid [role=gridcell]")) == 4, "the places are those of the grid")


def swept(program, folder, name, text):
    """Results of an experiment file and their page."""
    (folder / f"{name}.toml").write_text(text)
    results = folder / name
    subprocess.run([program, "sweep", folder / f"{name}.toml", "--out", results], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = subprocess.run([program, "report", results], check=True, capture_output=True, text=True)
    file = results / "report.html"
    check(done.stdout == f"{file}\n", done.stdout)
    return file


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        print("skipped: needs Debian's packages chromium and chromium-driver")
        return SKIPPED
    try:
        import selenium  # pylint: disable=import-outside-toplevel,unused-import
    except ImportError:
        print("skipped: needs Debian's package python3-selenium")
        return SKIPPED
    program, folder = arguments.program.resolve(), arguments.scratch.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    begin = time.monotonic()
    file = swept(program, folder, "grid", GRID)
    results = file.parent
    refined = swept(program, folder, "refined", REFINED)
    check(file.stat().st_size <= MOST_BYTES, file.stat().st_size)
    with tempfile.TemporaryDirectory(prefix="report-") as profile, contextlib.ExitStack() as stack:
        driver = browser(profile, 1280, 900)
        stack.callback(driver.quit)
        page = Page(driver, file)
        page_loads_nothing(page)
        diagram_is_that_of_phase(page, results)
        pointer_selects(page)
        cursor_reads_values(page, results)
        keys_select(page)
        link_opens_the_same(page)
        table_sorts_and_searches(page, results)
        seeds_filter(page)
        numbers_are_coloured(page, results)
        command_reproduces(page, program)
        phone_is_wide_enough(page)
        paper_has_the_charts(page, folder)
        asked = {url.split("#")[0] for url in requests(driver)}
        check(asked <= {file.as_uri()}, asked)
        page = Page(driver, refined)
        page.open()
        boundaries_are_marked(page)
        complaints_heard = complaints(driver)
        check(not complaints_heard, complaints_heard)
    print(f"a page of {file.stat().st_size} bytes for {CELLS} cells ({time.monotonic() - begin:.0f} s)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
