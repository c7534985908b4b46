/** One class a command: options, wiring, exit code, summary. Nothing imports it. */
package io.dynamodblake.job;
