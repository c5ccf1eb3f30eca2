// What the charts of all pages share: <figure class="chart"> with .chart__plot and, beside it, a table that says the same.
import { max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { create, select } from "d3-selection";

const LINE = 34;

export class Chart {
  nothing = "Nothing to count yet.";

  constructor(figure) {
    this.container = select(figure);
    this.plot = this.container.select(".chart__plot");
    this.margin = { top: 24, right: 8, bottom: 28, left: 48 };
  }

  /** Draw anew when the space changes. */
  follow() {
    this.observer?.disconnect();
    this.observer = new ResizeObserver(() => {
      if (this.plot.node().clientWidth !== this.width) this.render();
    });
    this.observer.observe(this.plot.node());
  }

  render() {
    this.width = this.plot.node().clientWidth;
    this.plot.text("");
    if (this.isEmpty()) this.plot.append("p").attr("class", "muted").text(this.nothing);
    else this.draw();
  }

  frame(height, label) {
    return create("svg")
      .attr("role", "img")
      .attr("aria-label", label)
      .attr("viewBox", `0 0 ${this.width} ${height}`)
      .attr("width", this.width)
      .attr("height", height);
  }

  /** One bar a row, its name before it and its value behind it. */
  drawRows(rows, { label, name, value, text, title, right = 72 }) {
    const height = rows.length * LINE + 4;
    const left = Math.min(this.width / 3, 12 + 8 * max(rows, (row) => name(row).length));
    const x = scaleLinear([0, max(rows, value) || 1], [left, this.width - right]);
    const svg = this.frame(height, label);
    const line = svg
      .selectAll("g")
      .data(rows)
      .join("g")
      .attr("transform", (_row, place) => `translate(0,${place * LINE})`);
    line.append("text").attr("class", "chart__label").attr("x", 0).attr("y", LINE / 2).attr("dy", ".35em").text((row) => shortened(name(row), left));
    line.append("rect").attr("class", "chart__bar").attr("x", left).attr("y", 5).attr("height", LINE - 10).attr("width", (row) => (value(row) ? Math.max(2, x(value(row)) - left) : 0));
    line.append("text").attr("class", "chart__value").attr("x", (row) => Math.max(left + 2, x(value(row))) + 8).attr("y", LINE / 2).attr("dy", ".35em").text(text);
    line.append("title").text(title);
    this.plot.append(() => svg.node());
  }
}

function shortened(text, room) {
  const most = Math.floor(room / 8);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
