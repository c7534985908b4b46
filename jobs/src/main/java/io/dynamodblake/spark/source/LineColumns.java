package io.dynamodblake.spark.source;

import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.flatten.ColumnSink;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * The columns of a row that are about its line, and not about what the line says: the text of a bad
 * one, and where it stands. For one task.
 */
final class LineColumns {
  private static final int ABSENT = -1;

  private final int corruptOrdinal;
  private final int fileOrdinal;
  private final int lineOrdinal;
  private final int offsetOrdinal;

  private int namedFile = ABSENT; // index of the file whose name is at hand
  private byte[] fileName;

  /**
   * @param names columns of the row in order
   * @param corruptColumn which of them gets the text of bad lines; empty for none
   * @param others which of them are something else, whatever their name says
   */
  LineColumns(List<String> names, String corruptColumn, Set<String> others) {
    this.corruptOrdinal = corruptColumn.isEmpty() ? ABSENT : names.indexOf(corruptColumn);
    this.fileOrdinal = ordinal(SourceColumns.FILE, names, others);
    this.lineOrdinal = ordinal(SourceColumns.LINE, names, others);
    this.offsetOrdinal = ordinal(SourceColumns.OFFSET, names, others);
  }

  private static int ordinal(String name, List<String> names, Set<String> others) {
    return others.contains(name) ? ABSENT : names.indexOf(name);
  }

  /** Puts the text of a line that is no record. */
  void putCorrupt(DataFileReader line, ColumnSink sink) {
    if (corruptOrdinal >= 0) {
      int length = line.end() - line.start();
      // by way of a string, so that a column never holds what is not UTF-8
      byte[] text =
          new String(line.buffer(), line.start(), length, StandardCharsets.UTF_8)
              .getBytes(StandardCharsets.UTF_8);
      sink.putBytes(corruptOrdinal, text, 0, text.length);
    }
  }

  /** Puts where a line stands. */
  void putSource(DataFileReader line, ColumnSink sink) {
    if (fileOrdinal >= 0) {
      if (namedFile != line.file().index()) {
        namedFile = line.file().index();
        fileName = line.file().key().getBytes(StandardCharsets.UTF_8);
      }
      sink.putBytes(fileOrdinal, fileName, 0, fileName.length);
    }
    if (lineOrdinal >= 0) {
      sink.putLong(lineOrdinal, line.line());
    }
    if (offsetOrdinal >= 0) {
      sink.putLong(offsetOrdinal, line.offset());
    }
  }
}
