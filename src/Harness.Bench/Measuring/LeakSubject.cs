using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>Something whose time must not tell two classes of inputs apart. Disposed by whoever opened it.</summary>
/// <param name="name">Its name: <c>present-key</c>.</param>
/// <param name="classes">What the classes are: <c>one fixed key; a random key each time</c>.</param>
/// <param name="once">One run on inputs of a class: its duration by the device's clock.</param>
/// <param name="end">Gives back what it holds; null for nothing.</param>
public sealed class LeakSubject(
    string name, string classes, Func<LeakClass, CancellationToken, ValueTask<double>> once, Func<ValueTask>? end = null) : IAsyncDisposable
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>What the two classes are, the first first.</summary>
    public string Classes => classes;

    /// <summary>Whether a class means the second kind of input.</summary>
    public static bool IsSecond(LeakClass which) => which == LeakClass.Second;

    /// <summary>Runs it once.</summary>
    public ValueTask<double> RunAsync(LeakClass which, CancellationToken cancellationToken) => once(which, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => end?.Invoke() ?? ValueTask.CompletedTask;
}
