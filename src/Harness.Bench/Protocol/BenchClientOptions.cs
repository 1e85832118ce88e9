using Harness.Hardware;

namespace Harness.Bench;

/// <summary>How a <see cref="BenchClient"/> waits and whom it tells.</summary>
public sealed record BenchClientOptions
{
    /// <summary>The device's name in the rig, for errors.</summary>
    public required string Board { get; init; }

    /// <summary>How long one reply may take before the same line is sent again.</summary>
    public TimeSpan Reply { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a board may take until <c>ID</c> answers.</summary>
    public TimeSpan Boot { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a line is sent at most.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>After a line that is no reply: how long the real one may still take before it is asked for again.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Told of every fault, survived or not.</summary>
    public Action<BoardFault>? OnFault { get; init; }

    /// <summary>Keeps what went over the line.</summary>
    public Transcript? Transcript { get; init; }

    /// <summary>The next command to type where the board does not answer.</summary>
    public string NextCommand { get; init; } = "dmesg | tail";

    /// <summary>The rig file whose <c>reply:</c> and <c>boot:</c> are waited; null where there is none to name.</summary>
    public string? RigFile { get; init; }

    /// <summary>Tells whether <see cref="Reply"/> is the device's own in the rig file rather than that of all.</summary>
    public bool HasOwnReply { get; init; }

    /// <summary>Looks for other programs that read the line; null where there is none to look for.</summary>
    public Func<IReadOnlyList<DeviceHolder>>? OtherReaders { get; init; }

    /// <summary>Clock of the waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>First SEQ, 1 to 65535; null draws it at random.</summary>
    public int? FirstSeq { get; init; }
}

/// <summary>A fault on a board's line.</summary>
/// <param name="Board">The device's name in the rig.</param>
/// <param name="Fault">In one word: <c>no-reply</c>, <c>garbage</c>, <c>overlong</c>, <c>stale</c>, <c>damaged-request</c>, <c>seq-taken</c>, <c>vanished</c>, <c>restarted</c>.</param>
/// <param name="Detail">What happened; never a secret.</param>
public sealed record BoardFault(string Board, string Fault, string Detail);
