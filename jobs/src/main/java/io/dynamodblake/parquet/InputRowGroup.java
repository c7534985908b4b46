package io.dynamodblake.parquet;

import java.io.IOException;
import java.util.List;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/**
 * A row group some rows of which are copied. Its bytes, compressed, are read at once or, of a large
 * one, column by column.
 */
final class InputRowGroup {
  private final InputFile file;
  private final int index;
  private final RowsLeftOut leftOut;
  private final PageReadStore pages; // null if columns are read one by one

  /**
   * @param atOnce whether to read it now
   * @throws io.dynamodblake.schema.DataRefusedException if it is damaged
   * @throws IOException if it cannot be read
   */
  InputRowGroup(InputFile file, int index, RowsLeftOut leftOut, boolean atOnce) throws IOException {
    this.file = file;
    this.index = index;
    this.leftOut = leftOut;
    this.pages = atOnce ? file.read(index, file.sources()) : null;
  }

  InputFile file() {
    return file;
  }

  RowsLeftOut leftOut() {
    return leftOut;
  }

  /** Rows that stay. */
  int rows() {
    return Math.toIntExact(metadata().getRowCount()) - leftOut.count();
  }

  private BlockMetaData metadata() {
    return file.rowGroups().get(index);
  }

  /** The chunk that a column comes from. */
  InputChunk chunk(ColumnMatch match) throws IOException {
    // pages can be read once, and those of a neighbor are needed for its own values, too
    PageReadStore store =
        pages != null && !match.missing() ? pages : file.read(index, List.of(match.source()));
    return new InputChunk(file, match, store, Math.toIntExact(metadata().getRowCount()), index);
  }
}
