package io.dynamodblake.lake.write;

import io.dynamodblake.document.RunId;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.EarlierSnapshot;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.LedgerEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which snapshots of a lake table stay, and which runs have to do with those. The current one
 * always stays, and so does what its ledger names. Nothing is asked of any store.
 *
 * @param going in the order in which they were published
 * @param staying those before the current one, in that order
 */
record Retention(
    CurrentPointer current, List<EarlierSnapshot> going, List<EarlierSnapshot> staying) {

  /**
   * Decides.
   *
   * <p>The age of a snapshot begins when the next one took its place: until then new readers came.
   * One of which nobody knows that goes by number alone if what came after it is old enough.
   */
  static Retention of(CurrentPointer current, MaintainOptions options, Instant now) {
    List<EarlierSnapshot> going = new ArrayList<>();
    List<EarlierSnapshot> staying = new ArrayList<>();
    List<EarlierSnapshot> earlier = current.earlier();
    Instant before = now.minus(options.age());
    for (int i = 0; i < earlier.size(); i++) {
      int newer = earlier.size() - i; // with the current one
      boolean beyondNumber = options.keep().isEmpty() || newer >= options.keep().getAsLong();
      boolean beyondAge = replacedAt(current, i).isBefore(before);
      (options.forgets() && beyondNumber && beyondAge ? going : staying).add(earlier.get(i));
    }
    return new Retention(current, List.copyOf(going), List.copyOf(staying));
  }

  /** The latest that it can have been, where the next one is of a version that did not say when. */
  private static Instant replacedAt(CurrentPointer current, int index) {
    for (EarlierSnapshot next : current.earlier().subList(index + 1, current.earlier().size())) {
      Optional<Instant> published = next.publishedAt();
      if (published.isPresent()) {
        return published.get();
      }
    }
    return current.snapshot().publishedAt();
  }

  /** Returns the pointer that has forgotten those that go. */
  CurrentPointer pointer() {
    return new CurrentPointer(
        current.table(), current.facts(), current.ledger(), current.snapshot(), staying);
  }

  /** Whether a run has made a snapshot that stays, or something that the current one relies on. */
  boolean needs(String runId) {
    if (current.snapshot().runId().equals(runId)
        || current.ledger().entries().stream().map(LedgerEntry::runId).anyMatch(runId::equals)
        || current.ledger().history().stream()
            .map(HistoryPart::id)
            .anyMatch(id -> id.startsWith(runId))) {
      return true;
    }
    // the name of a snapshot ends with what only its run has
    Set<String> own = new HashSet<>();
    own.add(current.snapshot().id());
    staying.forEach(snapshot -> own.add(snapshot.id()));
    return own.stream().anyMatch(id -> id.endsWith("." + RunId.randomPart(runId)));
  }
}
