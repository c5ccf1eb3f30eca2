// The owner's figures as bars, out of the tables that the page has drawn: <tr data-value="12"> each.
import { Chart } from "./charts.js";

class CountsChart extends Chart {
  constructor(figure) {
    super(figure);
    this.title = figure.querySelector(".chart__title").textContent;
    this.rows = [...figure.querySelectorAll("tr[data-value]")].map((row) => ({
      name: row.cells[0].textContent.trim(),
      value: Number(row.dataset.value),
    }));
  }

  isEmpty() {
    return this.rows.every((row) => row.value === 0);
  }

  draw() {
    const most = this.rows.reduce((first, row) => (row.value > first.value ? row : first));
    this.drawRows(this.rows, {
      label: `${this.title}; the most: ${most.name}, ${most.value}.`,
      name: (row) => row.name,
      value: (row) => row.value,
      text: (row) => row.value,
      title: (row) => `${row.name}: ${row.value}`,
      right: 48,
    });
  }
}

document.querySelectorAll("figure.chart").forEach((figure) => {
  const chart = new CountsChart(figure);
  chart.render();
  chart.follow();
});
