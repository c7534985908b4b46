/** Rows of CSV files, and the types that all their lines allow. */
package io.dynamodblake.lake.input.csv;
