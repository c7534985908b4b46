/**
 * Decoded columns to Parquet files, page by page; the hot path of writing.
 *
 * <p>Values go from {@link io.dynamodblake.flatten.ItemDecoder} through a tree of {@link
 * io.dynamodblake.parquet.Place}s to one {@link io.dynamodblake.parquet.ColumnBuffer} for each leaf
 * of the schema, which cuts them into compressed pages. Layout of the file, page headers, indexes
 * and footer are left to parquet-java.
 */
package io.dynamodblake.parquet;
