import ModelFiles
import Testing

@Suite("kohya's LoRA names")
struct KohyaLayoutTests {
  @Test("a name is written as it is read", arguments: LoRAComponent.allCases)
  func roundTrip(component: LoRAComponent) throws {
    let key = LoRAKey(component: component, path: "encoder.layers.3.self_attn.q_proj")
    for part in [LoRAPart.down, .up, .alpha] {
      let name = KohyaLayout.tensorName(key, part, twoTextEncoders: true)
      let parsed = try #require(KohyaLayout.parse(name))
      #expect(parsed.key == key)
      #expect(parsed.part == part)
    }
  }

  @Test(
    "a name of another layout is not read",
    arguments: ["unet.mid_block.attn1.to_q.lora_A.weight", "lora_unet_mid_block", "lora_unet_mid_block.diff", ""])
  func foreign(name: String) {
    #expect(KohyaLayout.parse(name) == nil)
  }
}
