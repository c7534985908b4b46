package io.dynamodblake.lake.write;

import io.dynamodblake.lake.EarlierSnapshot;
import io.dynamodblake.lake.LakePointer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which snapshots of all tables that are published together stay.
 *
 * @param byName what stays of each
 */
record Retentions(LakePointer lake, Map<String, Retention> byName) {

  static Retentions of(LakePointer lake, MaintainOptions options, Instant now) {
    Map<String, Retention> byName = new LinkedHashMap<>();
    for (String name : lake.names()) {
      byName.put(name, Retention.of(lake.of(name).orElseThrow(), options, now));
    }
    return new Retentions(lake, byName);
  }

  Retention of(String name) {
    return byName.get(name);
  }

  /** The pointer that has forgotten those that go. */
  LakePointer pointer() {
    Map<String, List<EarlierSnapshot>> staying = new TreeMap<>();
    byName.forEach((name, one) -> staying.put(name, one.staying()));
    return lake.remembering(staying);
  }

  /** The names of those that go, of whatever table. */
  List<String> going() {
    return byName.values().stream()
        .flatMap(one -> one.going().stream())
        .map(EarlierSnapshot::id)
        .distinct()
        .toList();
  }

  /** The names of those that stay before the current ones, of whatever table. */
  List<String> staying() {
    return byName.values().stream()
        .flatMap(one -> one.staying().stream())
        .map(EarlierSnapshot::id)
        .distinct()
        .toList();
  }

  /** Whether a run has made a snapshot that stays, or something that the current ones rely on. */
  boolean needs(String runId) {
    return lake.made().runId().equals(runId)
        || byName.values().stream().anyMatch(one -> one.needs(runId));
  }
}
