package io.dynamodblake.parquet;

import java.io.IOException;

/** Puts what stays of a column chunk into a column. */
final class ColumnCopy {
  private final ColumnBuffer column;
  private final ValueSink sink;

  ColumnCopy(ColumnBuffer column) {
    this.column = column;
    this.sink = ValueSink.of(column);
  }

  ColumnBuffer column() {
    return column;
  }

  /**
   * Copies a chunk.
   *
   * @throws io.dynamodblake.schema.DataRefusedException if the chunk is damaged
   * @throws IOException if it cannot be read
   */
  void copy(InputRowGroup rowGroup, ColumnMatch match) throws IOException {
    if (match.source() == null) {
      column.addNulls(0, 0, rowGroup.rows());
      return;
    }
    InputChunk chunk = rowGroup.chunk(match);
    RowsLeftOut.Cursor leftOut = rowGroup.leftOut().cursor();
    if (!match.missing()) {
      sink.beginChunk(chunk.dictionary());
    }
    while (chunk.next()) {
      if (match.missing()) {
        copyNulls(chunk.page(), match, leftOut);
      } else if (match.source().getMaxRepetitionLevel() == 0) {
        copyFlat(chunk.page(), match, leftOut);
      } else {
        copyPage(chunk.page(), match, leftOut);
      }
    }
    chunk.requireRows(leftOut.rows());
  }

  /** A page where each row has one level: runs of values and of nulls. */
  private void copyFlat(ChunkReader page, ColumnMatch match, RowsLeftOut.Cursor leftOut) {
    int mostDefinition = match.source().getMaxDefinitionLevel();
    int[] definitions = mostDefinition > 0 ? page.definitions() : null;
    int levels = page.levels();
    sink.beginPage(page.values());
    int value = 0;
    int row = 0;
    while (row < levels) {
      int end = row + leftOut.skipStaying(levels - row);
      while (row < end) {
        int begin = row;
        row = endOfRun(definitions, begin, end);
        if (definitions == null || definitions[begin] == mostDefinition) {
          add(page, value, row - begin);
          value += row - begin;
        } else {
          column.addNulls(0, match.definitions()[definitions[begin]], row - begin);
        }
      }
      if (row < levels) {
        leftOut.skipLeftOut();
        value += definitions == null || definitions[row] == mostDefinition ? 1 : 0;
        row++;
      }
    }
  }

  private static int endOfRun(int[] definitions, int begin, int end) {
    if (definitions == null) {
      return end;
    }
    int next = begin + 1;
    while (next < end && definitions[next] == definitions[begin]) {
      next++;
    }
    return next;
  }

  private void add(ChunkReader page, int from, int rows) {
    if (page.isByDictionary()) {
      sink.addReferenceRows(page.references(), from, rows);
    } else {
      sink.addRows(from, rows);
    }
  }

  private void copyPage(ChunkReader page, ColumnMatch match, RowsLeftOut.Cursor leftOut) {
    int mostDefinition = match.source().getMaxDefinitionLevel();
    int[] repetitions = page.repetitions();
    int[] definitions = page.definitions(); // what repeats is defined more or less
    int[] references = page.isByDictionary() ? page.references() : null;
    sink.beginPage(page.values());
    int value = 0;
    for (int i = 0, levels = page.levels(); i < levels; i++) {
      int repetition = repetitions[i];
      boolean stays = repetition == 0 ? leftOut.nextStays() : leftOut.stays();
      if (definitions[i] == mostDefinition) {
        if (stays) {
          if (references == null) {
            sink.add(repetition, value);
          } else {
            sink.addReference(repetition, references[value]);
          }
        }
        value++;
      } else if (stays) {
        column.addNulls(repetition, match.definitions()[definitions[i]], 1);
      }
    }
  }

  /** A null for each time that the group around the missing column stands, or would. */
  private void copyNulls(ChunkReader page, ColumnMatch match, RowsLeftOut.Cursor leftOut) {
    int there = match.definitions().length - 1;
    int[] repetitions = match.source().getMaxRepetitionLevel() > 0 ? page.repetitions() : null;
    int[] definitions = match.source().getMaxDefinitionLevel() > 0 ? page.definitions() : null;
    for (int i = 0, levels = page.levels(); i < levels; i++) {
      int repetition = repetitions == null ? 0 : repetitions[i];
      boolean stays = repetition == 0 ? leftOut.nextStays() : leftOut.stays();
      if (stays && repetition <= match.repetition()) {
        int definition = definitions == null ? 0 : Math.min(definitions[i], there);
        column.addNulls(repetition, match.definitions()[definition], 1);
      }
    }
  }
}
