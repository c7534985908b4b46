package io.dynamodblake.lake.input.csv;

import io.dynamodblake.conf.Words;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.LookAhead;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * How tasks read CSV files: all have the same header.
 *
 * @param emptyAbsent whether an empty field in quotes is null, and not the empty text
 * @param words how whoever asks writes options, for messages
 * @param columns the columns to be read, in the order of the rows
 */
record CsvReading(
    HadoopConfiguration settings,
    char delimiter,
    boolean emptyAbsent,
    Words words,
    List<String> header,
    List<CsvColumn> columns)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  CsvReading {
    // serializable, which what List.of gives is only by chance
    header = new ArrayList<>(header);
    columns = new ArrayList<>(columns);
  }

  /** Opens a file and compares its header with that of the others. */
  private CsvFile open(String path) throws IOException {
    Configuration configuration = settings.configuration();
    CsvFile file = new CsvFile(new Path(path), delimiter, emptyAbsent, words, configuration);
    if (!file.header().equals(header)) {
      file.close();
      throw new DataRefusedException(
          "Cannot read CSV: header: it differs from that of the other files, in " + path);
    }
    return file;
  }

  /** What the lines of the files have in common, column by column of the header. */
  CsvFacts facts(Iterator<String> paths) throws IOException {
    CsvFacts facts = new CsvFacts(header.size());
    while (paths.hasNext()) {
      try (CsvFile file = open(paths.next())) {
        while (file.next()) {
          facts.observe(file);
        }
      }
    }
    return facts;
  }

  /**
   * The rows of the files: the columns, two nulls for {@code ddb_rescued} and {@code ddb_nulls},
   * then path, line from 0, and defect. A row is valid until the next one.
   */
  Iterator<InternalRow> rows(Iterator<String> paths) {
    return new Rows(paths);
  }

  private final class Rows extends LookAhead<InternalRow> {
    private final Iterator<String> paths;
    private final List<CsvColumn.Reader> readers =
        columns.stream().map(CsvColumn.Reader::new).toList();
    private final int pathOrdinal = columns.size() + 2;
    private final GenericInternalRow row =
        new GenericInternalRow(columns.size() + 2 + RowInput.PLACE_COLUMNS);
    private CsvFile file;
    private UTF8String path;

    Rows(Iterator<String> paths) {
      this.paths = paths;
      TaskContext task = TaskContext.get();
      if (task != null) {
        task.addTaskCompletionListener(
            context -> {
              close();
            });
      }
    }

    @Override
    protected boolean advance() throws IOException {
      while (true) {
        if (file == null) {
          if (!paths.hasNext()) {
            return false;
          }
          String next = paths.next();
          file = open(next);
          path = UTF8String.fromString(next);
        }
        if (file.next()) {
          return true;
        }
        close();
      }
    }

    @Override
    protected InternalRow take() {
      String defect = fill();
      row.update(pathOrdinal, path);
      row.update(pathOrdinal + 1, file.line() - 1);
      row.update(pathOrdinal + 2, defect == null ? null : UTF8String.fromString(defect));
      return row;
    }

    private String fill() {
      if (file.size() != header.size()) {
        clear();
        return "a line has %d %s where the header has %d"
            .formatted(file.size(), file.size() == 1 ? "field" : "fields", header.size());
      }
      for (int i = 0; i < readers.size(); i++) {
        int position = columns.get(i).position();
        if (file.hasStrayQuote(position)) {
          clear();
          return "a field without quotes has one inside, in column '" + header.get(position) + "'";
        }
        String text = file.text(position);
        try {
          row.update(i, text == null ? null : readers.get(i).value(text));
        } catch (IllegalArgumentException e) {
          clear();
          return e.getMessage();
        }
      }
      return null;
    }

    private void clear() {
      for (int i = 0; i < pathOrdinal; i++) {
        row.setNullAt(i);
      }
    }

    private void close() {
      try {
        if (file != null) {
          file.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      } finally {
        file = null;
      }
    }
  }
}
