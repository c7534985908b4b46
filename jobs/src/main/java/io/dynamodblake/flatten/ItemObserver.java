package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.MapProfile;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TextKind;
import io.dynamodblake.schema.ValueDetails;
import io.dynamodblake.schema.ValueProfile;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemSize;
import java.nio.charset.StandardCharsets;

/**
 * The schema pass: feeds items into a {@link Profile}. Nothing is allocated for values at places
 * already known.
 */
public final class ItemObserver {
  private final Profile profile;
  private final TextKinds kinds = new TextKinds();
  private final boolean sized;
  private boolean numbered;
  private final TextLook look = new TextLook();
  private Object nameScope; // of the tapes whose name numbers the profile knows

  /** Prepares to observe everything. */
  public ItemObserver(ProfileLimits limits) {
    this(limits, true);
  }

  private ItemObserver(ProfileLimits limits, boolean sized) {
    this.profile = new Profile(limits);
    this.sized = sized;
  }

  /**
   * Returns one for what decides columns alone, which costs less: its profile says nothing of how
   * large items and values are.
   */
  public static ItemObserver ofTypes(ProfileLimits limits) {
    return new ItemObserver(limits, false);
  }

  /** Returns the profile so far. */
  public Profile profile() {
    return profile;
  }

  /**
   * Takes one item in.
   *
   * @param lineBytes length of its line in the data file
   */
  public void observe(ItemTape tape, long lineBytes) {
    if (nameScope == null) {
      nameScope = tape.nameScope();
    }
    numbered = nameScope == tape.nameScope();
    long size = entries(tape, tape.item(), profile.beginItem());
    profile.endItem(lineBytes, sized ? size : 0, tape.falseNulls());
  }

  /** Feeds the entries of a map, or only adds up their sizes where {@code into} is null. */
  private long entries(ItemTape tape, int map, MapProfile into) {
    long sizes = 0;
    int child = tape.firstChild(map);
    for (int i = tape.childCount(map); i > 0; i--, child = tape.next(child)) {
      int start = tape.nameStart(child);
      int end = tape.nameEnd(child);
      ValueProfile place = into == null ? null : place(into, tape, child, start, end);
      long size = value(tape, child, place) + end - start;
      if (sized && place != null) {
        place.size((long) tape.rawEnd(child) - tape.rawStart(child) + end - start, size);
      }
      sizes += size;
    }
    return sizes;
  }

  private ValueProfile place(MapProfile into, ItemTape tape, int child, int start, int end) {
    int number = numbered ? tape.nameNumber(child) : MapProfile.NO_NUMBER;
    ValueProfile usual = into.usualEntry(number);
    return usual != null
        ? usual
        : into.entry(tape.nameBytes(child), start, end, tape.nameHash(child), number);
  }

  /** Feeds one value without its size, which is returned. */
  private long value(ItemTape tape, int node, ValueProfile into) {
    Descriptor descriptor = tape.descriptor(node);
    switch (descriptor) {
      case S -> {
        int start = tape.valueStart(node);
        int length = tape.valueEnd(node) - start;
        if (into != null) {
          if (into.text(length)) {
            look.observe(tape.valueBytes(node), start, start + length, into.textForms());
          }
          if (into.fillDetails() != null) {
            text(tape, node, into.fillDetails());
          }
        }
        return length;
      }
      case N -> {
        if (tape.isShortNumber(node)) {
          long unscaled = tape.unscaled(node);
          if (into != null) {
            into.number(unscaled, tape.scale(node));
            if (into.fillDetails() != null) {
              into.fillDetails().number(unscaled, tape.scale(node));
            }
          }
          return sized ? ItemSize.number(unscaled) : 0;
        }
        byte[] digits = tape.valueBytes(node);
        int start = tape.valueStart(node);
        int end = tape.valueEnd(node);
        if (into != null) {
          into.number(digits, start, end);
          if (into.fillDetails() != null) {
            into.fillDetails().number(rounded(digits, start, end));
          }
        }
        return sized ? ItemSize.number(digits, start, end) : 0;
      }
      case B -> {
        int length =
            ItemSize.base64(tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node));
        if (into != null) {
          into.binary(length);
          if (into.fillDetails() != null) {
            into.fillDetails().binary(length);
          }
        }
        return length;
      }
      case BOOL -> {
        if (into != null) {
          into.bool();
          if (into.fillDetails() != null) {
            into.fillDetails().bool(tape.bool(node));
          }
        }
        return ItemSize.FLAG;
      }
      case NULL -> {
        if (into != null) {
          into.nullValue();
        }
        return ItemSize.FLAG;
      }
      case L -> {
        int count = tape.childCount(node);
        ValueProfile element = into == null ? null : into.list(count);
        container(into, count);
        return ItemSize.container(count) + children(tape, node, element);
      }
      case M -> {
        int count = tape.childCount(node);
        MapProfile fields = into == null ? null : into.map(count);
        container(into, count);
        return ItemSize.container(count) + entries(tape, node, fields);
      }
      case SS, NS, BS -> {
        container(into, tape.childCount(node));
        return children(tape, node, into == null ? null : into.set(descriptor));
      }
    }
    throw new IllegalStateException("Unknown descriptor: " + descriptor);
  }

  private static void container(ValueProfile into, int parts) {
    if (into != null && into.fillDetails() != null) {
      into.fillDetails().container(parts);
    }
  }

  private void text(ItemTape tape, int node, ValueDetails into) {
    byte[] bytes = tape.valueBytes(node);
    int start = tape.valueStart(node);
    int end = tape.valueEnd(node);
    TextKind kind = kinds.of(bytes, start, end);
    if (kind == TextKind.DATE || kind == TextKind.TIME) {
      into.time(bytes, start, end, kind, kinds.epochMillis());
    } else {
      into.text(bytes, start, end, kind);
    }
  }

  /** Of a number of many digits, or with an exponent: few are. */
  private static double rounded(byte[] digits, int start, int end) {
    return Double.parseDouble(new String(digits, start, end - start, StandardCharsets.US_ASCII));
  }

  private long children(ItemTape tape, int container, ValueProfile into) {
    long sizes = 0;
    int child = tape.firstChild(container);
    for (int i = tape.childCount(container); i > 0; i--, child = tape.next(child)) {
      long size = value(tape, child, into);
      if (sized && into != null) {
        into.size((long) tape.rawEnd(child) - tape.rawStart(child), size);
      }
      sizes += size;
    }
    return sizes;
  }
}
