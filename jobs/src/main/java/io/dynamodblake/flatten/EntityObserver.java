package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.entity.EntityHints;
import io.dynamodblake.schema.entity.EntityProfile;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Feeds items into an {@link EntityProfile}, beside the {@link ItemObserver}. Nothing is allocated
 * for items like those seen before. One a thread.
 */
public final class EntityObserver {
  private static final int NOT_ASKED = 0;
  private static final int MOST_DIGITS = 12;

  private final EntityProfile profile;
  private Object nameScope;
  private int[] attributes = new int[64]; // by the tape's number of a name, NOT_ASKED if not known

  public EntityObserver(EntityHints hints) {
    this.profile = new EntityProfile(hints);
  }

  /** Returns the profile so far. */
  public EntityProfile profile() {
    return profile;
  }

  /** Takes one item in. */
  public void observe(ItemTape tape) {
    if (nameScope != tape.nameScope()) {
      nameScope = tape.nameScope();
      Arrays.fill(attributes, NOT_ASKED);
    }
    if (profile.knowsNoKeys()) {
      profile.guessKeys(names(tape));
    }
    profile.begin();
    int child = tape.firstChild(tape.item());
    for (int i = tape.childCount(tape.item()); i > 0; i--, child = tape.next(child)) {
      int attribute = attribute(tape, child);
      if (attribute != EntityProfile.UNKNOWN) {
        value(tape, child, attribute);
      }
    }
    profile.end();
  }

  private static List<String> names(ItemTape tape) {
    List<String> names = new ArrayList<>();
    int child = tape.firstChild(tape.item());
    for (int i = tape.childCount(tape.item()); i > 0; i--, child = tape.next(child)) {
      names.add(tape.name(child));
    }
    return names;
  }

  private int attribute(ItemTape tape, int child) {
    int number = tape.nameNumber(child);
    if (number > 0 && number < attributes.length && attributes[number] != NOT_ASKED) {
      return attributes[number];
    }
    int attribute =
        profile.number(
            tape.nameBytes(child),
            tape.nameStart(child),
            tape.nameEnd(child),
            tape.nameHash(child));
    if (number > 0) {
      if (number >= attributes.length) {
        attributes = Arrays.copyOf(attributes, Math.max(number + 1, attributes.length * 2));
      }
      attributes[number] = attribute;
    }
    return attribute;
  }

  private void value(ItemTape tape, int child, int attribute) {
    Descriptor descriptor = tape.descriptor(child);
    switch (profile.attribute(attribute)) {
      case PRESENCE -> {}
      case MARKER -> {
        if (descriptor == Descriptor.S) {
          profile.marker(
              attribute, tape.valueBytes(child), tape.valueStart(child), tape.valueEnd(child));
        }
      }
      case KEY -> {
        if (descriptor == Descriptor.S) {
          profile.key(
              attribute, tape.valueBytes(child), tape.valueStart(child), tape.valueEnd(child));
        } else if (descriptor == Descriptor.N || descriptor == Descriptor.B) {
          profile.untypedKey(attribute);
        }
      }
      case TTL -> {
        if (descriptor == Descriptor.N) {
          profile.expiry(
              seconds(tape.valueBytes(child), tape.valueStart(child), tape.valueEnd(child)));
        }
      }
      case DELETED -> {
        if (descriptor == Descriptor.BOOL && tape.bool(child)) {
          profile.softDeleted();
        }
      }
    }
  }

  /** The number that some digits stand for; a moment that nothing has if they are no seconds. */
  private static long seconds(byte[] digits, int start, int end) {
    long seconds = 0;
    for (int i = start; i < end; i++) {
      if (digits[i] < '0' || digits[i] > '9' || end - start > MOST_DIGITS) {
        return Long.MAX_VALUE;
      }
      seconds = seconds * 10 + digits[i] - '0';
    }
    return seconds;
  }
}
