namespace Harness.Bench.Devices.Emulators;

/// <summary>QEMU's netduinoplus2, an STM32F405; the trigger is set and cleared in GPIOB's BSRR.</summary>
[EmulatorDriver("qemu-stm32f405")]
internal sealed class QemuStm32F405() : Qemu("netduinoplus2", shift: 0, "set=0x40020418,clear=0x4002041a")
{
    public override string TickUnit => "instructions";
}
