package io.dynamodblake.lake.changes;

import io.dynamodblake.flatten.EntityClassifier;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.entity.EntityRules;
import java.io.Serializable;

/**
 * The tables that changes are merged with, for tasks: which file is of which table, and into which
 * one an item belongs.
 *
 * @param rules that tell which table an item belongs to; null for one table
 * @param firstFiles by the number of a table the number of its first file among those of all
 */
record MergeTables(EntityRules rules, int[] firstFiles) implements Serializable {
  private static final long serialVersionUID = 1L;

  int count() {
    return firstFiles.length;
  }

  /** The table that a file is of. */
  int ofFile(int file) {
    int table = firstFiles.length - 1;
    while (firstFiles[table] > file) {
      table--;
    }
    return table;
  }

  Sorter sorter() {
    return new Sorter(rules);
  }

  /** Says into which table items belong. One a thread. */
  static final class Sorter {
    private final EntityClassifier classifier; // null for one table
    private final ItemScanner scanner = new ItemScanner();
    private final ItemTape tape = new ItemTape();

    private Sorter(EntityRules rules) {
      this.classifier = rules == null ? null : new EntityClassifier(rules);
    }

    /**
     * Returns the number of the table of an item.
     *
     * @param line of an export, which was checked when it was read
     */
    int table(byte[] line) {
      if (classifier == null) {
        return 0;
      }
      try {
        scanner.scan(line, 0, line.length, tape);
      } catch (MalformedRecordException e) {
        throw new IllegalStateException("An item that was checked is none", e);
      }
      return classifier.classify(tape);
    }

    int table(ItemTape item) {
      return classifier == null ? 0 : classifier.classify(item);
    }
  }
}
