// The customer's charts: what was repaired and spent, by month and by unit. A file of its own, for the
// pages that have one:
// <figure class="chart" id="repair-trends" data-url="..."> with .chart__plot and <details class="chart__table">.
// The tables beside them say the same; a page may have drawn its table already.
import { max } from "d3-array";
import { axisBottom, axisLeft } from "d3-axis";
import { scaleBand, scaleLinear } from "d3-scale";
import { Chart } from "./charts.js";

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const round = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 });
const inWords = (options) => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options });
  return (month) => format.format(month);
};
const monthName = inWords({ month: "long", year: "numeric" });
const shortMonth = inWords({ month: "short" });
const shortYear = inWords({ year: "2-digit" });

const repairs = (number) => (number === 1 ? "1 repair" : `${number} repairs`);

/** A chart whose figures are fetched. */
class LoadedChart extends Chart {
  nothing = "No repair was completed in these months.";

  async loadData() {
    try {
      const answer = await fetch(this.container.attr("data-url"), { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
      this.rows = this.read(await answer.json());
    } catch {
      return this.fail();
    }
    this.render();
    this.fillTable();
    this.follow();
  }

  fail() {
    this.plot.text("");
    this.plot.append("p").attr("class", "muted").text("The figures could not be read just now.");
    this.plot
      .append("button")
      .attr("type", "button")
      .attr("class", "btn btn-secondary")
      .text("Try again")
      .on("click", () => this.loadData());
  }

  fillTable() {
    const details = this.container.select(".chart__table");
    if (!details.select("table").empty()) return;
    const table = details.append("div").attr("class", "table-frame").append("table").attr("class", "table");
    const head = table.append("thead").append("tr");
    this.columns.forEach(([title, , number]) => {
      head.append("th").attr("scope", "col").attr("class", number ? "num" : null).text(title);
    });
    const body = table.append("tbody");
    for (const row of this.rows) {
      const line = body.append("tr");
      this.columns.forEach(([, value, number], place) => {
        const cell = place ? line.append("td") : line.append("th").attr("scope", "row");
        cell.attr("class", number ? "num money" : null).text(value(row));
      });
    }
  }
}

/** Repairs and spending month by month: two rows of bars over the same months. */
class RepairTrendsChart extends LoadedChart {
  columns = [
    ["Month", (row) => monthName(row.month)],
    ["Repairs", (row) => row.repairs, true],
    ["Charged", (row) => dollars.format(row.charged), true],
    ["Saved", (row) => dollars.format(row.saved), true],
  ];

  read({ months }) {
    return months.map((each) => ({
      month: new Date(`${each.month}-01T00:00:00Z`),
      repairs: each.repairs,
      charged: Number(each.charged),
      saved: Number(each.saved),
    }));
  }

  isEmpty() {
    return this.rows.every((row) => row.repairs === 0);
  }

  draw() {
    this.drawBars("Repairs completed", (row) => row.repairs, String, repairs);
    this.drawBars("Charged", (row) => row.charged, (amount) => round.format(amount), (amount) => dollars.format(amount));
  }

  drawBars(title, value, short, long) {
    const { margin, width, rows } = this;
    const height = 190;
    const most = max(rows, value);
    const top = rows.find((row) => value(row) === most);
    const label = `${title} by month; the most in ${monthName(top.month)}: ${long(most)}.`;
    const x = scaleBand(rows.map((row) => row.month), [margin.left, width - margin.right]).padding(0.25);
    const y = scaleLinear([0, most || 1], [height - margin.bottom, margin.top]).nice(4);
    const svg = this.frame(height, label);
    svg.append("text").attr("class", "chart__caption").attr("x", 0).attr("y", 12).text(title);
    svg.append("g").call(this.grid(y, width, short, most));
    svg.append("g").attr("transform", `translate(0,${height - margin.bottom})`).call(this.monthAxis(x));
    svg
      .selectAll("rect")
      .data(rows)
      .join("rect")
      .attr("class", "chart__bar")
      .attr("x", (row) => x(row.month))
      .attr("width", x.bandwidth())
      .attr("y", (row) => y(value(row)))
      .attr("height", (row) => y(0) - y(value(row)))
      .append("title")
      .text((row) => `${monthName(row.month)}: ${long(value(row))}`);
    this.plot.append(() => svg.node());
  }

  grid(y, width, short, most) {
    const { left, right } = this.margin;
    return (group) =>
      group
        .attr("class", "chart__grid")
        .attr("transform", `translate(${left},0)`)
        .call(axisLeft(y).ticks(Math.min(4, Math.ceil(most) || 1)).tickSize(-(width - left - right)).tickFormat(short))
        .call((axis) => axis.select(".domain").remove());
  }

  monthAxis(x) {
    const every = Math.ceil(28 / x.step());
    const shown = x.domain().filter((_month, place) => place % every === 0);
    return (group) =>
      group
        .attr("class", "chart__axis")
        .call(axisBottom(x).tickValues(shown).tickSize(0).tickPadding(8).tickFormat(this.monthWord(x.step() * every)));
  }

  /** "Mar", and the year with each January that has room for it. */
  monthWord(room) {
    return (month) => (month.getUTCMonth() || room < 40 ? shortMonth(month) : `${shortMonth(month)} ’${shortYear(month)}`);
  }
}

/** What each unit was charged, the dearest first. */
class UnitCostsChart extends LoadedChart {
  columns = [
    ["Unit", (row) => row.unit_number],
    ["Repairs", (row) => row.repairs, true],
    ["Charged", (row) => dollars.format(row.charged), true],
  ];

  read({ units }) {
    return units.map((each) => ({ ...each, charged: Number(each.charged) }));
  }

  isEmpty() {
    return this.rows.length === 0;
  }

  draw() {
    const rows = this.rows.slice(0, 10);
    const [first] = rows;
    this.drawRows(rows, {
      label: `Charged by unit; the dearest is unit ${first.unit_number}: ${repairs(first.repairs)}, ${dollars.format(first.charged)}.`,
      name: (row) => row.unit_number,
      value: (row) => row.charged,
      text: (row) => dollars.format(row.charged),
      title: (row) => `Unit ${row.unit_number}: ${repairs(row.repairs)}, ${dollars.format(row.charged)}`,
    });
  }
}

const CHARTS = { "repair-trends": RepairTrendsChart, "unit-costs": UnitCostsChart };

document.addEventListener("DOMContentLoaded", () => {
  for (const [id, Kind] of Object.entries(CHARTS)) {
    const figure = document.getElementById(id);
    if (figure) new Kind(figure).loadData();
  }
});
