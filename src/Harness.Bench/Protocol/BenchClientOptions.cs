namespace Harness.Bench.Protocol;

/// <summary>Options of a <see cref="BenchClient"/>: waits, tries and receivers.</summary>
public sealed record BenchClientOptions
{
    /// <summary>The device's name in the rig, for errors.</summary>
    public required string Board { get; init; }

    /// <summary>Longest wait for one reply before the same line is sent again.</summary>
    public TimeSpan Reply { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait until <c>ID</c> answers.</summary>
    public TimeSpan Boot { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Maximum number of times a line is sent.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Further wait for the reply after a line that is no reply, before the request is sent again.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Called for every fault, including those the client recovered from.</summary>
    public Action<BoardFault>? OnFault { get; init; }

    /// <summary>Transcript of the line; null for none.</summary>
    public Transcript? Transcript { get; init; }

    /// <summary>The next command to type where the board does not answer.</summary>
    public string NextCommand { get; init; } = "dmesg | tail";

    /// <summary>The rig file that sets <c>reply:</c> and <c>boot:</c>, for errors; null for none.</summary>
    public string? RigFile { get; init; }

    /// <summary>True if <see cref="Reply"/> is set for this device in the rig file rather than for all.</summary>
    public bool HasOwnReply { get; init; }

    /// <summary>Finds other programs that read the line; null for none.</summary>
    public Func<IReadOnlyList<DeviceHolder>>? OtherReaders { get; init; }

    /// <summary>Tells why the line ended, null where that is not known; for a board whose emulator has words of its own.</summary>
    public Func<ValueTask<string?>>? WhyEnded { get; init; }

    /// <summary>Clock of the waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>First SEQ, 1 to 65535; null draws it at random.</summary>
    public int? FirstSeq { get; init; }
}

/// <summary>A fault on a board's line.</summary>
/// <param name="Board">The device's name in the rig.</param>
/// <param name="Fault">The fault's name: <c>no-reply</c>, <c>garbage</c>, <c>overlong</c>, <c>stale</c>, <c>damaged-request</c>, <c>seq-taken</c>,
/// <c>vanished</c>, <c>restarted</c>.</param>
/// <param name="Detail">The fault in words; never a secret.</param>
public sealed record BoardFault(string Board, string Fault, string Detail);
