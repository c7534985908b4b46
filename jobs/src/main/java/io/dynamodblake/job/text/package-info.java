/** What people read on a terminal: tables, quantities. */
package io.dynamodblake.job.text;
