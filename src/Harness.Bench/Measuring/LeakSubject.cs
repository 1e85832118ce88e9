using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>What one run of a subject costs a board, and with it how many samples of each class are taken of exact counts where none are asked for.</summary>
public enum LeakCost
{
    /// <summary>A cipher call: 1,000 samples.</summary>
    Cipher,

    /// <summary>A few hashes: 100.</summary>
    Hash,

    /// <summary>A power in P-256: 20.</summary>
    P256,

    /// <summary>A 2048-bit power: 2.</summary>
    Modexp,
}

/// <summary>A leak subject of a device.</summary>
/// <param name="Name">Its name: <c>present-key</c>.</param>
/// <param name="Classes">What is done, and what the two classes are: <c>SEAL of 16 bytes: under one fixed key; under a random key each time</c>.</param>
/// <param name="Cost">What a run costs.</param>
public sealed record LeakEntry(string Name, string Classes, LeakCost Cost)
{
    /// <summary>Whether only the edges of the trigger pin time it.</summary>
    public bool NeedsTrigger { get; init; }

    /// <summary>Why the device cannot be asked for it; null where it can.</summary>
    public string? Missing { get; init; }
}

/// <summary>Something whose time must not tell two classes of inputs apart. Disposed by whoever opened it.</summary>
/// <param name="entry">What it is.</param>
/// <param name="once">One run on inputs of a class: the duration of each step.</param>
/// <param name="end">Gives back what it holds; null for nothing.</param>
public sealed class LeakSubject(LeakEntry entry, LeakOnce once, Func<ValueTask>? end = null) : IAsyncDisposable
{
    /// <summary>What it is.</summary>
    public LeakEntry Entry => entry;

    /// <summary>What its durations are of, each judged by itself; one without a name where the whole is one.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [""];

    /// <summary>Whether a class means the second kind of input.</summary>
    public static bool IsSecond(LeakClass which) => which == LeakClass.Second;

    /// <summary>Runs it once.</summary>
    /// <param name="which">Inputs of which class.</param>
    /// <param name="durations">Where the duration of each of <see cref="Steps"/> goes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public ValueTask RunAsync(LeakClass which, double[] durations, CancellationToken cancellationToken) => once(which, durations, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => end?.Invoke() ?? ValueTask.CompletedTask;
}
