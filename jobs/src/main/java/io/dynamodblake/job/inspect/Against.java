package io.dynamodblake.job.inspect;

import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.schema.Divergence;
import io.dynamodblake.schema.Histogram;
import io.dynamodblake.schema.TextKind;
import io.dynamodblake.schema.ValueDetails;
import io.dynamodblake.schema.ValueProfile;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is different between two sets of items: what appeared, vanished, changed its type or
 * drifted. It says nothing of single items, and shows no values.
 *
 * @param before those of the earlier moment; where moments are not known or the same, those that
 *     are compared against
 * @param after the other ones
 * @param differences by kind, then in the order of the places
 */
public record Against(ProfiledItems before, ProfiledItems after, List<Difference> differences) {
  /** From here on the divergence of Jensen and Shannon is told, as training sets do. */
  static final double LARGE_DIVERGENCE = 0.2;

  /** From here on a difference of shares is told. */
  static final double LARGE_SHARE = 0.1 - 1e-9; // 1 - 0.9 is a little less than 0.1

  /** Fewer values differ by chance. */
  static final long FEWEST_VALUES = 100;

  private static final int RANGES = 16;

  /** What happened to a place. */
  enum Kind {
    /** It is only in what is later. */
    APPEARED,
    /** It is only in what is earlier. */
    VANISHED,
    /** It has other descriptors, or would get another type. */
    TYPE,
    /** The share of NULL is another one. */
    NULLS,
    /** The share of items, or of the maps around it, that have it is another one. */
    PRESENCE,
    /** Its numbers, lengths or texts are spread in another way. */
    VALUES;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One difference.
   *
   * @param path of the place
   * @param was what it was before, in words; empty where it was not
   * @param is what it is after
   * @param distance of 1, how far both are apart; 1 where there is only one
   * @param spread what is spread in another way; empty for all others and for what texts look like
   */
  record Difference(
      Kind kind,
      String path,
      String was,
      String is,
      double distance,
      Optional<ValueDetails.Spread> spread,
      Optional<Inspection.Place> before,
      Optional<Inspection.Place> after) {}

  public Against {
    differences = List.copyOf(differences);
  }

  /**
   * Compares two sets of items.
   *
   * @param items what is inspected
   * @param others what it is compared against
   */
  public static Against of(ProfiledItems items, ProfiledItems others) {
    boolean otherIsLater =
        items.time().isPresent()
            && others.time().isPresent()
            && others.time().get().isAfter(items.time().get());
    ProfiledItems before = otherIsLater ? items : others;
    ProfiledItems after = otherIsLater ? others : items;
    List<Difference> differences = new ArrayList<>();
    Map<List<String>, Inspection.Place> earlier = byLabels(before);
    Map<List<String>, Inspection.Place> later = byLabels(after);
    Set<String> lost = new HashSet<>(before.lost().keySet());
    lost.addAll(after.lost().keySet());
    later.forEach(
        (labels, place) -> {
          Inspection.Place old = earlier.get(labels);
          if (lost.contains(labels.get(0))) {
            return; // a hash says nothing of what was hashed
          }
          if (old != null) {
            differences.addAll(differences(old, place));
          } else if (hasParent(labels, earlier)) {
            differences.add(
                new Difference(
                    Kind.APPEARED,
                    place.path(),
                    "",
                    words(place),
                    1,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(place)));
          }
        });
    earlier.forEach(
        (labels, place) -> {
          if (!later.containsKey(labels)
              && !lost.contains(labels.get(0))
              && hasParent(labels, later)) {
            differences.add(
                new Difference(
                    Kind.VANISHED,
                    place.path(),
                    words(place),
                    "",
                    1,
                    Optional.empty(),
                    Optional.of(place),
                    Optional.empty()));
          }
        });
    differences.sort(Comparator.comparing(Difference::kind));
    return new Against(before, after, differences);
  }

  /** Returns the attributes that one side does not hold as they were, such as hashed ones. */
  Set<String> lost() {
    Set<String> lost = new HashSet<>(before.lost().keySet());
    lost.addAll(after.lost().keySet());
    return lost;
  }

  /** Places by their labels from the attribute down: a path may be ambiguous. */
  private static Map<List<String>, Inspection.Place> byLabels(ProfiledItems items) {
    Map<List<String>, Inspection.Place> places = new LinkedHashMap<>();
    List<String> labels = new ArrayList<>();
    for (Inspection.Place place : items.places()) {
      labels.subList(place.depth(), labels.size()).clear();
      labels.add(place.label());
      places.put(List.copyOf(labels), place);
    }
    return places;
  }

  /** Of what came or went with all around it, only the outermost is told. */
  private static boolean hasParent(
      List<String> labels, Map<List<String>, Inspection.Place> places) {
    return labels.size() == 1 || places.containsKey(labels.subList(0, labels.size() - 1));
  }

  private static List<Difference> differences(Inspection.Place old, Inspection.Place now) {
    List<Difference> differences = new ArrayList<>();
    double types = Divergence.largest(descriptors(old.values()), descriptors(now.values()));
    boolean otherTypes = !kinds(old).equals(kinds(now));
    if (otherTypes || types >= LARGE_SHARE || !type(old).equals(type(now))) {
      differences.add(difference(Kind.TYPE, old, now, types(old), types(now), types));
    }
    shares(
        differences,
        Kind.NULLS,
        old,
        now,
        old.values().count(Descriptor.NULL),
        old.values().total(),
        now.values().count(Descriptor.NULL),
        now.values().total());
    if (!old.isElement() && !old.path().endsWith(".*")) {
      shares(
          differences,
          Kind.PRESENCE,
          old,
          now,
          old.values().total(),
          old.parents(),
          now.values().total(),
          now.parents());
    }
    if (old.values().details().isPresent() && now.values().details().isPresent()) {
      addSpreads(differences, old, now);
      addForms(differences, old, now);
    }
    return differences;
  }

  private static void shares(
      List<Difference> differences,
      Kind kind,
      Inspection.Place old,
      Inspection.Place now,
      long oldPart,
      long oldWhole,
      long part,
      long whole) {
    if (oldWhole == 0 || whole == 0) {
      return;
    }
    double distance = Math.abs((double) oldPart / oldWhole - (double) part / whole);
    if (distance >= LARGE_SHARE) {
      differences.add(
          difference(
              kind,
              old,
              now,
              Quantities.share(oldPart, oldWhole),
              Quantities.share(part, whole),
              distance));
    }
  }

  private static void addSpreads(
      List<Difference> differences, Inspection.Place old, Inspection.Place now) {
    boolean moments =
        Moments.ofNumbers(old.values()).isPresent() && Moments.ofNumbers(now.values()).isPresent();
    for (ValueDetails.Spread spread : ValueDetails.Spread.values()) {
      // time goes on: that there are later ones is no drift
      boolean ofTime =
          spread == ValueDetails.Spread.TEXT_TIMES
              || spread == ValueDetails.Spread.NUMBERS && moments;
      Optional<Histogram> one = old.values().details().get().spread(spread);
      Optional<Histogram> other = now.values().details().get().spread(spread);
      if (ofTime
          || one.isEmpty()
          || other.isEmpty()
          || Math.min(one.get().count(), other.get().count()) < FEWEST_VALUES) {
        continue;
      }
      double distance = Divergence.of(one.get(), other.get(), RANGES);
      if (distance >= LARGE_DIVERGENCE) {
        differences.add(
            new Difference(
                Kind.VALUES,
                now.path(),
                Figures.words(spread, one.get()),
                Figures.words(spread, other.get()),
                distance,
                Optional.of(spread),
                Optional.of(old),
                Optional.of(now)));
      }
    }
  }

  private static void addForms(
      List<Difference> differences, Inspection.Place old, Inspection.Place now) {
    long[] before = forms(old.values().details().get());
    long[] after = forms(now.values().details().get());
    boolean enough =
        Math.min(old.values().count(Descriptor.S), now.values().count(Descriptor.S))
            >= FEWEST_VALUES;
    double distance = Divergence.largest(Divergence.shares(before), Divergence.shares(after));
    if (enough && distance >= LARGE_SHARE) {
      differences.add(
          difference(Kind.VALUES, old, now, formWords(before), formWords(after), distance));
    }
  }

  private static long[] forms(ValueDetails details) {
    long[] counts = new long[TextKind.values().length];
    for (TextKind form : TextKind.values()) {
      counts[form.ordinal()] = details.count(form);
    }
    return counts;
  }

  private static String formWords(long[] counts) {
    long all = Arrays.stream(counts).sum();
    List<String> words = new ArrayList<>();
    for (TextKind form : TextKind.values()) {
      if (counts[form.ordinal()] > 0) {
        words.add(
            (form == TextKind.OTHER ? "text" : form.name().toLowerCase(Locale.ROOT) + " text")
                + " "
                + Quantities.share(counts[form.ordinal()], all));
      }
    }
    return String.join(", ", words);
  }

  private static Difference difference(
      Kind kind,
      Inspection.Place old,
      Inspection.Place now,
      String was,
      String is,
      double distance) {
    return new Difference(
        kind, now.path(), was, is, distance, Optional.empty(), Optional.of(old), Optional.of(now));
  }

  private static double[] descriptors(ValueProfile values) {
    long[] counts = new long[Descriptor.COUNT];
    for (Descriptor descriptor : Descriptor.values()) {
      counts[descriptor.ordinal()] = descriptor == Descriptor.NULL ? 0 : values.count(descriptor);
    }
    return Divergence.shares(counts);
  }

  private static Set<Descriptor> kinds(Inspection.Place place) {
    Set<Descriptor> kinds = new HashSet<>(place.descriptors());
    kinds.remove(Descriptor.NULL);
    return kinds;
  }

  private static String type(Inspection.Place place) {
    return place.type().map(Inspection::shortType).orElse("");
  }

  private static String types(Inspection.Place place) {
    List<String> words = new ArrayList<>();
    long all = place.values().total() - place.values().count(Descriptor.NULL);
    for (Descriptor descriptor : place.descriptors()) {
      if (descriptor != Descriptor.NULL) {
        long count = place.values().count(descriptor);
        words.add(
            count == all ? descriptor.name() : descriptor + " " + Quantities.share(count, all));
      }
    }
    String descriptors = words.isEmpty() ? "NULL" : String.join(", ", words);
    return type(place).isEmpty() ? descriptors : descriptors + " (" + type(place) + ")";
  }

  private static String words(Inspection.Place place) {
    return place.isElement() || place.path().endsWith(".*")
        ? types(place)
        : types(place) + " in " + Quantities.share(place.values().total(), place.parents());
  }
}
