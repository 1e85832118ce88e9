using Harness.Record;

namespace Harness.Bench;

/// <content>Harm on purpose: what scenarios do to a board.</content>
public sealed partial class BenchDevice
{
    /// <summary>Stops the emulator in its tracks: a silent board. The next scenario resumes it.</summary>
    /// <exception cref="InconclusiveException">No emulator runs it.</exception>
    public void Freeze()
    {
        Emulator(nameof(Freeze)).Freeze();
        _frozen = true;
        Transcript.Note("the emulator was frozen");
    }

    /// <summary>Lets a frozen emulator run on.</summary>
    /// <exception cref="InconclusiveException">No emulator runs it.</exception>
    public void Resume()
    {
        Emulator(nameof(Resume)).Resume();
        _frozen = false;
        Transcript.Note("the emulator runs on");
    }

    /// <summary>Ends the emulator at once: a vanishing board. The next use boots another.</summary>
    /// <exception cref="InconclusiveException">No emulator runs it.</exception>
    public void Kill()
    {
        Emulator(nameof(Kill)).Kill();
        Transcript.Note("the emulator was killed");
        Set(DeviceState.Broken);
    }

    /// <summary>What makes the board vanish when it is called: its emulator ends at once, or the line of a real board is cut here, as if it
    /// had been unplugged. The next use boots another, or opens the line anew.</summary>
    /// <exception cref="InconclusiveException">It has no line to vanish from.</exception>
    /// <exception cref="LifecycleException">It is not bound or active.</exception>
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
