namespace Harness.Bench.Devices.Emulators;

/// <summary>QEMU's microbit, an nRF51822; 64 ns an instruction stand for its core of 16 MHz.</summary>
/// <remarks>Its timer runs on virtual time: one tick is 62.5 ns, close to one instruction.</remarks>
[EmulatorDriver("qemu-microbit")]
internal sealed class QemuMicrobit() : Qemu("microbit", shift: 6, "set=0x50000508,clear=0x5000050c")
{
    public override string TickUnit => "ticks";

    public override double TicksPerInstruction => 64 / 62.5;
}
