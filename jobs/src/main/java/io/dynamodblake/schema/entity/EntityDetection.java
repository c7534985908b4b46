package io.dynamodblake.schema.entity;

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
 * Finds the kinds of items of a table in what was seen of all of them: by a marker if there is one,
 * by the shapes of the keys for what has none. It proposes kinds only if items of one are
 * noticeably more alike than items of the whole table.
 *
 * <pre>{@code
 * ProfilePass.Result result = pass.withEntities(EntityHints.at(exportTime)).run(export, progress);
 * EntityProposal proposal = EntityDetection.of(result.entities().orElseThrow());
 * if (proposal.hasEntities()) {
 *   ... proposal.rules() ...
 * }
 * }</pre>
 */
public final class EntityDetection {
  /** Most entities that are proposed; what is of other kinds is in the remainder. */
  public static final int MOST_ENTITIES = 50;

  private static final double LEAST_PRESENCE_OF_KNOWN = 0.05;
  private static final double LEAST_PRESENCE_OF_OTHERS = 0.9;
  private static final double CONSISTENT = 0.95;
  private static final double OWN = 0.99;

  private final EntityProfile profile;
  private final AttributeCounts all;
  private final KeyShape[] shapes;
  private final List<String> notes = new ArrayList<>();

  private EntityDetection(EntityProfile profile) {
    profile.settle();
    this.profile = profile;
    this.all = MarkerWorth.all(profile);
    this.shapes = KeyGeneralization.of(profile);
  }

  /** Returns what kinds of items a table seems to have. */
  public static EntityProposal of(EntityProfile profile) {
    return new EntityDetection(profile).propose();
  }

  private EntityProposal propose() {
    Optional<Candidate> marker = marker();
    List<EntityDraft> drafts = drafts(marker);
    drafts.sort(
        Comparator.comparing(EntityDraft::items).reversed().thenComparing(EntityDraft::text));
    List<EntityDraft> kept = drafts.subList(0, Math.min(MOST_ENTITIES, drafts.size()));
    EntityRules rules = rules(kept, marker.map(Candidate::attribute));
    List<AttributeCounts> parts = parts(rules, marker);
    double within = MarkerWorth.similarity(parts, all);
    long used = parts.stream().filter(part -> part.items() > 0).count();
    if (used < 2 || within < all.similarity() + MarkerWorth.LEAST_GAIN) {
      return proposal(
          new EntityRules(profile.keys(), List.of(), EntityRules.REMAINDER),
          Optional.empty(),
          List.of(),
          all.similarity());
    }
    if (kept.size() < drafts.size()) {
      long left = drafts.stream().skip(kept.size()).mapToLong(EntityDraft::items).sum();
      notes.add(
          "%s more kinds with %s items in all are in %s: no more than %s are proposed"
              .formatted(drafts.size() - kept.size(), left, rules.remainder(), MOST_ENTITIES));
    }
    noteManyValued();
    return proposal(rules, marker.map(Candidate::attribute), kinds(rules, parts), within);
  }

  private EntityProposal proposal(
      EntityRules rules, Optional<String> marker, List<EntityProposal.Kind> kinds, double within) {
    long expired = all.count(EntityProfile.EXPIRED);
    return new EntityProposal(
        rules,
        marker,
        kinds,
        profile.items(),
        all.similarity(),
        within,
        all.count(EntityProfile.SOFT_DELETED),
        expired,
        expired == 0 ? List.of() : profile.ttlAttributes(),
        notes);
  }

  private void noteManyValued() {
    for (int i = 0; i < profile.names().size(); i++) {
      MarkerValues values = profile.markerAt(i);
      if (values != null && values.isKnown() && values.isClosed()) {
        notes.add(
            "Attribute %s has the name of a marker, but too many values, or too long ones"
                .formatted(profile.names().get(i)));
      }
    }
  }

  // ---- markers

  private record Candidate(String attribute, MarkerValues values, double within, boolean known) {}

  /** The counts of the items of each shape of keys. */
  private static Map<KeyShape, AttributeCounts> byShape(
      KeyShape[] shapes, List<AttributeCounts> groups) {
    Map<KeyShape, AttributeCounts> byShape = new LinkedHashMap<>();
    for (int i = 0; i < shapes.length; i++) {
      byShape.computeIfAbsent(shapes[i], shape -> new AttributeCounts()).add(groups.get(i));
    }
    return byShape;
  }

  private List<AttributeCounts> groups() {
    List<AttributeCounts> groups = new ArrayList<>();
    for (int i = 0; i < profile.groupCount(); i++) {
      groups.add(profile.group(i));
    }
    return groups;
  }

  /** The counts of the items of each group that have no marker. */
  private List<AttributeCounts> unmarked(MarkerValues values) {
    List<AttributeCounts> groups = new ArrayList<>();
    for (AttributeCounts group : groups()) {
      AttributeCounts copy = new AttributeCounts();
      copy.add(group);
      groups.add(copy);
    }
    PairTable cells = values.cells();
    for (int i = 0; i < cells.size(); i++) {
      groups.get(cells.second(i)).subtract(cells.counts(i));
    }
    return groups;
  }

  private Optional<Candidate> marker() {
    double byShapes = MarkerWorth.similarity(byShape(shapes, groups()).values(), all);
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < profile.names().size(); i++) {
      MarkerValues values = profile.markerAt(i);
      if (values != null && !values.isClosed() && values.size() > 0) {
        AttributeCounts[] byValue = MarkerWorth.byValue(values, all);
        long having = all.items() - byValue[values.size()].items();
        boolean present =
            having
                >= all.items()
                    * (values.isKnown() ? LEAST_PRESENCE_OF_KNOWN : LEAST_PRESENCE_OF_OTHERS);
        List<AttributeCounts> parts =
            new ArrayList<>(Arrays.asList(byValue).subList(0, values.size()));
        parts.addAll(byShape(shapes, unmarked(values)).values());
        Candidate candidate =
            new Candidate(
                profile.names().get(i),
                values,
                MarkerWorth.similarity(parts, all),
                values.isKnown());
        if (present && isMarker(candidate, byShapes)) {
          candidates.add(candidate);
        }
      }
    }
    double best = candidates.stream().mapToDouble(Candidate::within).max().orElse(0);
    return candidates.stream()
        .filter(candidate -> candidate.within() >= best - MarkerWorth.LEAST_GAIN)
        .min(
            Comparator.comparingInt((Candidate each) -> KnownMarkers.rank(each.attribute()))
                .thenComparing(each -> each.values().size())
                .thenComparing(Candidate::attribute));
  }

  /**
   * Whether an attribute tells kinds of items: more than keys do, or the same as they do. One that
   * says different things of items whose keys and attributes are alike is a state or a category.
   */
  private boolean isMarker(Candidate candidate, double byShapes) {
    double gain = MarkerWorth.LEAST_GAIN;
    if (candidate.within() < all.similarity() + gain || candidate.within() < byShapes - gain) {
      return false;
    }
    return candidate.within() > byShapes + gain
        || candidate.known() && consistency(candidate.values()) >= CONSISTENT;
  }

  /** The share of marked items that have the value that most of their shape have. */
  private double consistency(MarkerValues values) {
    Map<KeyShape, long[]> counts = new LinkedHashMap<>();
    long marked = 0;
    PairTable cells = values.cells();
    for (int i = 0; i < cells.size(); i++) {
      long items = cells.counts(i).items();
      counts
              .computeIfAbsent(shapes[cells.second(i)], shape -> new long[values.size()])[
              cells.first(i)] +=
          items;
      marked += items;
    }
    long usual =
        counts.values().stream().mapToLong(each -> Arrays.stream(each).max().orElse(0)).sum();
    return marked == 0 ? 0 : (double) usual / marked;
  }

  // ---- kinds

  private List<EntityDraft> drafts(Optional<Candidate> marker) {
    Map<String, EntityDraft> byValue = new LinkedHashMap<>();
    Map<KeyShape, Map<EntityDraft, Long>> marked = new LinkedHashMap<>();
    Map<KeyShape, AttributeCounts> unmarked = byShape(shapes, groups());
    if (marker.isPresent()) {
      MarkerValues values = marker.get().values();
      unmarked = byShape(shapes, unmarked(values));
      PairTable cells = values.cells();
      for (int i = 0; i < cells.size(); i++) {
        String value = values.text(cells.first(i));
        if (value.isEmpty()) {
          continue; // says nothing, and rules cannot say it
        }
        EntityDraft draft =
            byValue.computeIfAbsent(
                value.toLowerCase(Locale.ROOT), lower -> new EntityDraft(List.of(value)));
        long items = cells.counts(i).items();
        draft.addMarkerValue(value);
        draft.addItems(items);
        marked
            .computeIfAbsent(shapes[cells.second(i)], shape -> new LinkedHashMap<>())
            .merge(draft, items, Long::sum);
      }
    }
    List<EntityDraft> drafts = new ArrayList<>(byValue.values());
    for (Map.Entry<KeyShape, AttributeCounts> each : unmarked.entrySet()) {
      KeyShape shape = each.getKey();
      long items = each.getValue().items();
      Map<EntityDraft, Long> of = marked.getOrDefault(shape, Map.of());
      Optional<EntityDraft> owner = owner(of);
      if (owner.isPresent() && shape.isSpecific()) {
        owner.get().addOwn(shape);
        owner.get().addItems(items);
      } else if (!of.isEmpty()) {
        of.keySet().forEach(draft -> draft.addShared(shape));
      } else if (shape.isSpecific()) {
        EntityDraft draft = new EntityDraft(shape.names());
        draft.addOwn(shape);
        draft.addItems(items);
        drafts.add(draft);
      }
    }
    return drafts;
  }

  /** The only entity that has a shape, but for a few items. */
  private static Optional<EntityDraft> owner(Map<EntityDraft, Long> of) {
    long items = of.values().stream().mapToLong(Long::longValue).sum();
    return of.entrySet().stream()
        .filter(each -> each.getValue() >= OWN * items)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private EntityRules rules(List<EntityDraft> drafts, Optional<String> marker) {
    Set<String> taken = new HashSet<>(Set.of(EntityRules.REMAINDER));
    Map<EntityDraft, String> names = new LinkedHashMap<>();
    // those that can have one name only come first, such as what a marker says
    drafts.stream()
        .sorted(Comparator.comparing(draft -> draft.names().size() > 1))
        .forEach(draft -> names.put(draft, name(draft, taken)));
    List<String> keys = profile.keys();
    List<EntityDraft> strictFirst = new ArrayList<>(drafts);
    strictFirst.sort(
        Comparator.comparing((EntityDraft draft) -> draft.strictness(keys))
            .reversed()
            .thenComparing(names::get));
    List<Entity> entities = new ArrayList<>();
    for (EntityDraft draft : strictFirst) {
      entities.add(new Entity(names.get(draft), draft.matches(marker, keys), List.of(), List.of()));
    }
    return new EntityRules(keys, entities, EntityRules.REMAINDER);
  }

  private static String name(EntityDraft draft, Set<String> taken) {
    String last = "kind";
    for (String name : draft.names()) {
      last = EntityNames.clean(name).or(() -> EntityNames.clean(name + "_item")).orElse(last);
      if (taken.add(last)) {
        return last;
      }
    }
    for (int i = 2; ; i++) {
      String numbered =
          last.substring(0, Math.min(last.length(), EntityNames.MOST_LENGTH - 5)) + "_" + i;
      if (taken.add(numbered)) {
        return numbered;
      }
    }
  }

  // ---- what the rules make of the items

  /** The counts of the items of each entity, the remainder last. */
  private List<AttributeCounts> parts(EntityRules rules, Optional<Candidate> marker) {
    List<AttributeCounts> parts = new ArrayList<>();
    for (int i = 0; i <= rules.remainderIndex(); i++) {
      parts.add(new AttributeCounts());
    }
    KeyShape[] seen = KeyGeneralization.seen(profile);
    List<AttributeCounts> rest = groups();
    if (marker.isPresent()) {
      MarkerValues values = marker.get().values();
      rest = unmarked(values);
      PairTable cells = values.cells();
      for (int i = 0; i < cells.size(); i++) {
        String value = values.text(cells.first(i));
        parts.get(entity(rules, seen[cells.second(i)], value)).add(cells.counts(i));
      }
    }
    for (int i = 0; i < seen.length; i++) {
      parts.get(entity(rules, seen[i], null)).add(rest.get(i));
    }
    return parts;
  }

  private static int entity(EntityRules rules, KeyShape shape, String markerValue) {
    for (int i = 0; i < rules.entities().size(); i++) {
      for (EntityMatch match : rules.entities().get(i).match()) {
        boolean marked =
            match.marker().isEmpty()
                || markerValue != null && match.marker().get().values().contains(markerValue);
        if (marked && shape.fits(rules.keys(), match.keys())) {
          return i;
        }
      }
    }
    return rules.remainderIndex();
  }

  private List<EntityProposal.Kind> kinds(EntityRules rules, List<AttributeCounts> parts) {
    List<EntityProposal.Kind> kinds = new ArrayList<>();
    for (int i = 0; i < rules.remainderIndex(); i++) {
      kinds.add(kind(rules.tables().get(i), parts.get(i)));
    }
    kinds.sort(
        Comparator.comparing(EntityProposal.Kind::items)
            .reversed()
            .thenComparing(EntityProposal.Kind::name));
    kinds.add(kind(rules.remainder(), parts.get(rules.remainderIndex())));
    return kinds;
  }

  private EntityProposal.Kind kind(String name, AttributeCounts counts) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = EntityProfile.FIRST_ATTRIBUTE; i < counts.end(); i++) {
      if (counts.count(i) > 0) {
        numbers.add(i);
      }
    }
    numbers.sort(
        Comparator.comparing((Integer number) -> -counts.count(number))
            .thenComparing(profile::name));
    Map<String, Long> attributes = new LinkedHashMap<>();
    numbers.forEach(number -> attributes.put(profile.name(number), counts.count(number)));
    return new EntityProposal.Kind(
        name,
        counts.items(),
        counts.similarity(),
        attributes,
        counts.count(EntityProfile.SOFT_DELETED),
        counts.count(EntityProfile.EXPIRED));
  }
}
