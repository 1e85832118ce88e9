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

    /// <summary>Opens a line with driver <c>tty</c>, and that of every emulated board: path and baud rate.</summary>
    public Func<string, int, ILink> OpenLink { get; init; } = (path, baud) => TtyLink.Open(path, baud);

    /// <summary>Makes the party of a device in this process.</summary>
    public Func<DeviceEntry, IParty> CreateHost { get; init; } = entry => new HostParty(entry.Name);

    /// <summary>Path of the leash that emulators run on; null looks beside the firmware and above the rig.</summary>
    public string? LeashPath { get; init; }

    /// <summary>Where locks of real boards lie; null takes <see cref="DeviceLock.DefaultFolder"/>.</summary>
    public string? LockFolder { get; init; }

    /// <summary>Clock of waits and transcripts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
