/** The latency budget of an opened row: book, floors, twin, and what is assumed. */
import type { BudgetRow } from '../../sim/scenario/summary.ts';
import { assumptions, BUDGET_COLUMNS, BUDGET_NOTE, budgetCells } from '../budget.ts';
import { html, type Markup } from './markup.ts';

const NUMBERS: readonly number[] = [2, 3, 4];
const line = (row: BudgetRow): Markup =>
  html`<tr>
    ${budgetCells(row).map((cell, index) => html`<td class="${NUMBERS.includes(index) && 'n'}">${cell}</td>`)}
  </tr>`;

export const budget = (rows: readonly BudgetRow[]): Markup =>
  html`<div class="wide">
      <table class="phases">
        <thead>
          <tr>
            ${BUDGET_COLUMNS.map((title, index) => html`<th class="${NUMBERS.includes(index) && 'n'}">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(line)}
        </tbody>
      </table>
    </div>
    <p class="quiet">${BUDGET_NOTE}</p>
    <ul class="plain-list quiet">
      ${assumptions(rows).map((one) => html`<li>${one}</li>`)}
    </ul>`;
