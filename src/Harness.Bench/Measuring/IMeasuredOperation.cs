namespace Harness.Bench.Measuring;

/// <summary>An operation of a device that can be run and timed repeatedly. The measuring run opens, runs and disposes it.</summary>
public interface IMeasuredOperation : IAsyncDisposable
{
    /// <summary>The operation's name and description.</summary>
    OperationEntry Entry { get; }

    /// <summary>Runs the operation once. Its preparation (a new handshake, a new wrap) is done outside <see cref="OperationTimer.TimeAsync"/>.</summary>
    /// <param name="timer">Times the operation alone.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken);
}

/// <summary>An operation that a device has.</summary>
/// <param name="Name">Its name: <c>seal</c>.</param>
/// <param name="Description">The operation and its input, in words.</param>
/// <param name="Unit">The work of one run: <c>block</c>.</param>
/// <param name="HasDeviceClock">True if the device times the operation itself.</param>
/// <param name="HasTrigger">True if the device raises the trigger once around the whole operation.</param>
public sealed record OperationEntry(string Name, string Description, string Unit, bool HasDeviceClock = true, bool HasTrigger = true);
