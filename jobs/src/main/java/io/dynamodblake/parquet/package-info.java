/**
 * Decoded columns to Parquet files, page by page; the hot path of writing.
 *
 * <p>Values go from {@link io.dynamodblake.flatten.ItemDecoder} through a tree of {@link
 * io.dynamodblake.parquet.Place}s to one {@link io.dynamodblake.parquet.ColumnBuffer} for each leaf
 * of the schema, which cuts them into compressed pages. Layout of the file, page headers, indexes
 * and footer are left to parquet-java.
 *
 * <p>{@link io.dynamodblake.parquet.ParquetRowCopy} fills the same columns from the pages of files
 * that are there already: {@link io.dynamodblake.parquet.SchemaMatch} says where each column comes
 * from, {@link io.dynamodblake.parquet.ChunkReader} gives its levels and values.
 */
package io.dynamodblake.parquet;
