package io.dynamodblake.lake.write;

import java.util.stream.Stream;

/**
 * One table that a run writes.
 *
 * @param name of its folder; empty for a table that is published alone
 * @param target the table as the run has found it
 * @param snapshot its next one
 */
record TableRun(String name, LakeTarget target, SnapshotTarget snapshot) {

  /** What is told of a choice of columns, where there are several tables with their names. */
  Stream<String> notes(SchemaChoice choice) {
    return choice.notes().stream().map(note -> named(": ", note));
  }

  /** Returns a text about the table with its name before it, if it has one. */
  String named(String joint, String text) {
    return name.isEmpty() ? text : name + joint + text;
  }
}
