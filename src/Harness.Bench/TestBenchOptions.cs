using Harness.Hardware;
using Harness.Record;
using Harness.Schemes;

namespace Harness.Bench;

/// <summary>How a <see cref="TestBench"/> is run.</summary>
public sealed record TestBenchOptions
{
    /// <summary>Takes <see cref="DeviceReady"/> and <see cref="FaultSeen"/>; null takes none.</summary>
    public IRunSink? Sink { get; init; }

    /// <summary>Boots the test firmware (<c>test_elf</c>, <c>test=1</c>) on emulated boards, for known answers.</summary>
    public bool TestFirmware { get; init; }

    /// <summary>What the rig's words for drivers mean; the built-in ones unless the composition root adds others.</summary>
    public BenchDrivers Drivers { get; init; } = new();

    /// <summary>Opens a line with driver <c>tty</c>, and that of every emulated board: path and settings.</summary>
    public Func<string, SerialLineSettings, ILink> OpenLink { get; init; } = TtyLink.Open;

    /// <summary>
    /// The longest wait for a port that another program holds; never less than the rig's boot time, which is also that for a port that is not there.
    /// </summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Told, in one line, what a device's port is waited for: who holds it, or that it is not there.</summary>
    public Action<string>? OnWaiting { get; init; }

    /// <summary>Makes the party of a device in this process.</summary>
    public Func<DeviceEntry, IParty> CreateHost { get; init; } = entry => new HostParty(entry.Name);

    /// <summary>Path of the leash that emulators run on; null looks beside the firmware and above the rig.</summary>
    public string? LeashPath { get; init; }

    /// <summary>Where locks of real boards lie; null takes <see cref="DeviceLock.DefaultFolder"/>.</summary>
    public string? LockFolder { get; init; }

    /// <summary>Clock of waits and transcripts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
