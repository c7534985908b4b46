package io.dynamodblake.type;

import java.util.Optional;

/**
 * The type tag of a DynamoDB attribute value, as it stands in DynamoDB JSON ({@code {"S":"text"}}).
 */
public enum Descriptor {
  S,
  N,
  B,
  BOOL,
  NULL,
  L,
  M,
  SS,
  NS,
  BS;

  private static final Descriptor[] VALUES = values();

  /** Number of descriptors; ordinals run from 0 to this, exclusive. */
  public static final int COUNT = VALUES.length;

  /** Returns the descriptor with that ordinal, without copying the array of values. */
  public static Descriptor ofOrdinal(int ordinal) {
    return VALUES[ordinal];
  }

  /** Returns the descriptor with exactly that tag; DynamoDB's tags are case-sensitive. */
  public static Optional<Descriptor> ofTag(String tag) {
    for (Descriptor descriptor : VALUES) {
      if (descriptor.name().equals(tag)) {
        return Optional.of(descriptor);
      }
    }
    return Optional.empty();
  }

  public boolean isSet() {
    return this == SS || this == NS || this == BS;
  }

  /** Lists, maps and sets. */
  public boolean isContainer() {
    return this == L || this == M || isSet();
  }

  /** Returns the descriptor of a set's members: S for SS, N for NS, B for BS. */
  public Descriptor member() {
    return switch (this) {
      case SS -> S;
      case NS -> N;
      case BS -> B;
      case S, N, B, BOOL, NULL, L, M ->
          throw new IllegalArgumentException("Not a set descriptor: " + this);
    };
  }
}
