namespace Harness.Bench;

/// <content>Fault injection: freezing, ending and unplugging a board for a scenario.</content>
public sealed partial class BenchDevice
{
    /// <summary>Suspends the emulator, so that the board falls silent. The next scenario resumes it.</summary>
    /// <exception cref="InconclusiveException">The device has no emulator.</exception>
    public void Freeze()
    {
        Emulator(nameof(Freeze)).Freeze();
        _frozen = true;
        Transcript.Note("the emulator was frozen");
    }

    /// <summary>Asks the emulator for the deepest stack since the last time.</summary>
    /// <returns>Null where there is no emulator, or it does not tell.</returns>
    internal ValueTask<StackDepth?> EmulatedStackAsync(CancellationToken cancellationToken) =>
        IsEmulated ? Emulator(nameof(EmulatedStackAsync)).StackAsync(cancellationToken) : new ValueTask<StackDepth?>((StackDepth?)null);

    /// <summary>Kills the emulator, as if the board had vanished. The next use boots another.</summary>
    /// <exception cref="InconclusiveException">The device has no emulator.</exception>
    public void Kill()
    {
        Emulator(nameof(Kill)).Kill();
        Transcript.Note("the emulator was killed");
        Set(DeviceState.Broken);
    }

    /// <summary>Gets an action that makes the board vanish: it kills the emulator, or closes the line of a real board as if it
    /// had been unplugged. The next use boots another, or opens the line anew.</summary>
    /// <exception cref="InconclusiveException">The device has no line to lose.</exception>
    /// <exception cref="LifecycleException">The device is not bound or active.</exception>
    public Action Vanishing()
    {
        if (Entry.Kind != DeviceKind.Serial)
        {
            throw new InconclusiveException($"vanishing of {Name}", "a board at a serial line", $"kind {Entry.Kind.ToString().ToLowerInvariant()}");
        }

        if (IsEmulated)
        {
            return Kill;
        }

        var line = Line;
        return () =>
        {
            line.Cut();
            Transcript.Note("the line was cut");
            Set(DeviceState.Broken);
        };
    }

    private EmulatedBoard Emulator(string method)
    {
        if (!IsEmulated)
        {
            throw new InconclusiveException($"{method} of {Name}", "an emulated board", $"driver {DriverWord(Entry)}");
        }

        return State is DeviceState.Bound or DeviceState.Active ? _connection!.Emulator! : throw Wrong(method, "bound or active");
    }
}
