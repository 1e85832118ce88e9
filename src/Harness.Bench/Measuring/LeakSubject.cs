namespace Harness.Bench.Measuring;

/// <summary>Cost of one run of a subject on a board, which sets the default number of samples of each class on exact counts.</summary>
public enum LeakCost
{
    /// <summary>A cipher call: 1,000 samples.</summary>
    Cipher,

    /// <summary>A few hashes: 100.</summary>
    Hash,

    /// <summary>A power in P-256: 20.</summary>
    P256,

    /// <summary>A 2048-bit power, or 4,096 iterations of PBKDF2: 2.</summary>
    Modexp,
}

/// <summary>A leak subject of a device.</summary>
/// <param name="Name">The subject's name: <c>present-key</c>.</param>
/// <param name="Classes">The operation and its two classes of input: <c>SEAL of 16 bytes: under one fixed key; under a random key each time</c>.</param>
/// <param name="Cost">Cost of one run.</param>
public sealed record LeakEntry(string Name, string Classes, LeakCost Cost)
{
    /// <summary>True if only the edges of the trigger pin can time it.</summary>
    public bool NeedsTrigger { get; init; }

    /// <summary>The reason for which the device cannot run it; null if it can.</summary>
    public string? Missing { get; init; }
}

/// <summary>An operation whose duration must not depend on the class of its input. Disposed by the code that opened it.</summary>
/// <param name="entry">The subject's name and classes.</param>
/// <param name="once">Runs it once on an input of a class and gives the duration of each step.</param>
/// <param name="end">Releases the subject's resources; null for none.</param>
public sealed class LeakSubject(LeakEntry entry, LeakOnce once, Func<ValueTask>? end = null) : IAsyncDisposable
{
    /// <summary>The subject's name and classes.</summary>
    public LeakEntry Entry => entry;

    /// <summary>Names of the steps, each judged by itself; a single empty name for a subject of one step.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [""];

    /// <summary>True for the second class of input.</summary>
    public static bool IsSecond(LeakClass which) => which == LeakClass.Second;

    /// <summary>Runs it once.</summary>
    /// <param name="which">The class of the input.</param>
    /// <param name="durations">Receives the duration of each of <see cref="Steps"/>.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    public ValueTask RunAsync(LeakClass which, double[] durations, CancellationToken cancellationToken) => once(which, durations, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => end?.Invoke() ?? ValueTask.CompletedTask;
}
