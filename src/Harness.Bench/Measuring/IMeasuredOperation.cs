namespace Harness.Bench.Measuring;

/// <summary>One operation of a device that can be run again and again and timed. It is opened, run, and disposed by the measuring run.</summary>
public interface IMeasuredOperation : IAsyncDisposable
{
    /// <summary>What it is and what it is done on.</summary>
    OperationEntry Entry { get; }

    /// <summary>Does it once. What it needs beforehand (a new handshake, a new wrap) is done outside <see cref="OperationTimer.TimeAsync"/>.</summary>
    /// <param name="timer">Takes the time of the operation alone.</param>
    /// <param name="cancellationToken">Ends it.</param>
    ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken);
}

/// <summary>An operation that a device has.</summary>
/// <param name="Name">Its name: <c>seal</c>.</param>
/// <param name="Description">What is done, on what.</param>
/// <param name="HasDeviceClock">Whether the device times it by itself.</param>
/// <param name="HasTrigger">Whether it raises the trigger once around the whole of it.</param>
public sealed record OperationEntry(string Name, string Description, bool HasDeviceClock = true, bool HasTrigger = true);
