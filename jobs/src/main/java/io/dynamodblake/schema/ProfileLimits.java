package io.dynamodblake.schema;

import java.io.Serializable;

/**
 * Bounds on what a {@link Profile} remembers. Profiles that are merged must have equal limits.
 *
 * @param maxFields a map with more distinct keys than this is taken as open-ended: its keys are
 *     forgotten, its values profiled as one
 * @param maxAttributes top-level attribute names that are remembered; see {@link MapProfile} for
 *     which
 * @param details whether {@link ValueDetails} are taken in, which costs time and memory
 */
public record ProfileLimits(int maxFields, int maxAttributes, boolean details)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final int DEFAULT_MAX_FIELDS = 100;
  public static final int DEFAULT_MAX_ATTRIBUTES = 20_000;

  public static final ProfileLimits DEFAULT =
      new ProfileLimits(DEFAULT_MAX_FIELDS, DEFAULT_MAX_ATTRIBUTES);

  public ProfileLimits {
    if (maxFields < 1 || maxAttributes < 1) {
      throw new IllegalArgumentException("Limits must be positive");
    }
  }

  /** Without details. */
  public ProfileLimits(int maxFields, int maxAttributes) {
    this(maxFields, maxAttributes, false);
  }

  /** Returns the same limits with another number of fields. */
  public ProfileLimits withMaxFields(int fields) {
    return new ProfileLimits(fields, maxAttributes, details);
  }

  /** Returns the same limits with details. */
  public ProfileLimits withDetails() {
    return new ProfileLimits(maxFields, maxAttributes, true);
  }
}
