package io.dynamodblake.parquet;

import java.io.IOException;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.io.ParquetDecodingException;

/** A column chunk of a file, whose values are those of the wanted column. Damage is told here. */
final class InputChunk {
  private final InputFile file;
  private final ColumnMatch match;
  private final int rows;
  private final int rowGroup;
  private final ChunkReader reader;

  InputChunk(InputFile file, ColumnMatch match, PageReadStore pages, int rows, int rowGroup)
      throws IOException {
    this.file = file;
    this.match = match;
    this.rows = rows;
    this.rowGroup = rowGroup;
    try {
      reader =
          new ChunkReader(match.source(), pages.getPageReader(match.source()), !match.missing());
      if (reader.dictionary() != null) {
        match.widening().widen(reader.dictionary());
      }
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  /** The dictionary, or null. */
  DecodedValues dictionary() {
    return reader.dictionary();
  }

  /** The present page. */
  ChunkReader page() {
    return reader;
  }

  /** Goes to the next page. */
  boolean next() throws IOException {
    try {
      boolean more = reader.next();
      if (more && !match.missing() && !reader.isByDictionary() && reader.present() > 0) {
        match.widening().widen(reader.values());
      }
      return more;
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  /** Requires that the pages had as many rows as the row group. */
  void requireRows(int seen) throws IOException {
    if (seen != rows) {
      throw damaged(
          new ParquetDecodingException(
              "%d rows of %d in the pages of a column".formatted(seen, rows)));
    }
  }

  private IOException damaged(Exception cause) throws IOException {
    return file.failure(
        cause,
        ", column '%s' of row group %d"
            .formatted(String.join(".", match.source().getPath()), rowGroup));
  }
}
